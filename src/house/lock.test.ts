import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const Entry = z.looseObject({
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const lockText = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
const { packages } = z.object({ packages: z.record(z.string(), Entry) }).parse(JSON.parse(lockText));

/** Whether `name` is found from the package at `path` as Node finds it: in its own node_modules or one further out. */
function isFound(name: string, path: string): boolean {
  if (`${path && `${path}/`}node_modules/${name}` in packages) return true;
  return path !== "" && isFound(name, path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/"))));
}

// npm leaves binaries for other machines out of the lock if the registry has none, and `npm ci` then refuses the lock.
test("the lock names every package that another depends on, on every machine", () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isFound(name, path))
      .map((name) => `${path} -> ${name}`),
  );
  expect(missing).toEqual([]);
});

test("packages are known by their hash and come from any registry", () => {
  const entries = Object.entries(packages).filter(([path]) => path !== "");
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
