import { expect, test } from "vitest";
import { readSourceTree } from "../../scripts/source-tree.mjs";

const paths = readSourceTree().map(({ path }) => path);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

test("files are named in kebab-case", () => {
  const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.node)?(\.test)?\.ts$/;
  expect(paths.filter((path) => !kebabCase.test(nameOf(path)))).toEqual([]);
});

test("files are named after what they hold", () => {
  expect(paths.filter((path) => /^(utils?|helpers?|misc|common|shared|types)\./.test(nameOf(path)))).toEqual([]);
});

test("a test stands beside the source that it tests", () => {
  const tests = paths.filter((path) => path.endsWith(".test.ts") && !path.startsWith("src/house/"));
  const sources = (path: string): string[] =>
    [".ts", ".node.ts"].map((end) => path.replace(/(\.node)?\.test\.ts$/, end));
  expect(tests.filter((path) => !sources(path).some((source) => paths.includes(source)))).toEqual([]);
});
