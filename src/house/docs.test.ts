import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorsPage } from "../../scripts/errors.mjs";
import { readSourceTree } from "../../scripts/source-tree.mjs";

const tree = readSourceTree().filter(({ path }) => !/\.test\.ts$|^src\/house\//.test(path));
const shipped = tree.filter(({ path }) => !path.startsWith("src/testing/"));

test("every export says what it is for", () => {
  const silent = tree.flatMap(({ path, exports }) =>
    exports.filter(({ doc }) => doc === "").map(({ name }) => `${path}: ${name}`),
  );
  expect(silent).toEqual([]);
});

test("the codes of errors are written out, so that docs/errors.md can list them", () => {
  expect(shipped.flatMap(({ path, uncoded }) => uncoded.map((error) => `${path}: ${error}`))).toEqual([]);
});

test("docs/errors.md lists the errors of the sources", () => {
  const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  expect(page, 'run "npm run errors"').toBe(errorsPage(tree));
});
