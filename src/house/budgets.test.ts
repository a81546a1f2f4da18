import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

test("no source file is longer than 400 lines", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  const lengths = tracked
    .filter((path) => /\.(ts|tsx|mjs|js|css|html|sh)$|^\.ci\//.test(path) && existsSync(new URL(path, root)))
    .map((path) => [path, readFileSync(new URL(path, root), "utf8").split("\n").length - 1] as const);
  expect(lengths.length).toBeGreaterThan(0);
  expect(lengths.filter(([, lines]) => lines > 400)).toEqual([]);
});
