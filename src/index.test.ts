import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const isBuilt = existsSync(new URL("../dist", import.meta.url));
const doors = Object.keys(packageJson.exports).filter((door) => !/package\.json$|^\.\/platform\/web$/.test(door));

test.skipIf(!isBuilt)("every door of the package opens by its name (needs dist)", async () => {
  const names = doors.map((door) => door.replace(/^\./, "fovea"));
  const program = `for (const name of ${JSON.stringify(names)})
    console.log(name, Object.keys(await import(name)).length > 0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout.trimEnd().split("\n")).toEqual(names.map((name) => `${name} true`));
});

test("on Node the main door has all that it has in a browser", async () => {
  const [web, node] = [Object.keys(await import("./index.ts")), Object.keys(await import("./index.node.ts"))];
  expect(web.filter((name) => !node.includes(name))).toEqual([]);
});
