import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

// A checkout with one dependency, a folder of its own, whose build copies src to dist unless a source says "broken".
const build = `
const fs = require("node:fs");
const broken = fs.readdirSync("src").filter((file) => fs.readFileSync("src/" + file, "utf8").includes("broken"));
if (broken.length > 0) console.log(broken + " is broken");
else fs.cpSync("src", "dist", { recursive: true });
process.exit(broken.length);
`;
const checkout = mkdtempSync(join(tmpdir(), "fovea-setup-"));
const at = (path: string): string => join(checkout, path);
const manifest = { name: "checkout", version: "1.0.0", dependencies: { part: "file:part" } };
const packages = { "": manifest, "node_modules/part": { resolved: "part", link: true }, part: { version: "1.0.0" } };

/** Milliseconds: npm takes a second, and many on a machine with other work. */
const npmTimeout = 180_000;

beforeAll(() => {
  mkdirSync(at("src"));
  cpSync(fileURLToPath(new URL("../../scripts/setup.mjs", import.meta.url)), at("scripts/setup.mjs"));
  writeFileSync(at("build.cjs"), build);
  writeFileSync(at("package.json"), JSON.stringify({ ...manifest, scripts: { build: "node build.cjs" } }));
  writeFileSync(at("package-lock.json"), JSON.stringify({ ...manifest, lockfileVersion: 3, packages }));
  mkdirSync(at("part"));
  writeFileSync(at("part/package.json"), JSON.stringify({ name: "part", version: "1.0.0" }));
  for (const config of ["tsconfig.json", "tsconfig.build.json"]) writeFileSync(at(config), "{}");
  writeFileSync(at("src/a.ts"), "a");
  writeFileSync(at("src/b.ts"), "b");
});
afterAll(() => rmSync(checkout, { recursive: true }));

function setup(...nodeOptions: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, "scripts/setup.mjs"], {
    cwd: checkout,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test(
  "a fresh checkout is installed and built, with a line for each step",
  () => {
    const { status, stdout } = setup();
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^setup: installing packages \(npm ci --ignore-scripts\) \.\.\. \d+\.\d s\nsetup: building \(npm run build\) \.\.\. \d+\.\d s\n$/,
    );
    expect(existsSync(at("dist/b.ts"))).toBe(true);
  },
  npmTimeout,
);

test("what is set up stays as it is, without a word", () => {
  expect(setup()).toEqual({ status: 0, stdout: "", stderr: "" });
});

test(
  "a deleted source is built away, in the turn after a set-up that was killed",
  () => {
    rmSync(at("src/b.ts"));
    writeFileSync(at(".cache/setup.lock"), "4194304"); // above Linux's largest process id
    expect(setup()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^setup: building/) });
    expect(existsSync(at("dist/b.ts"))).toBe(false);
    expect(existsSync(at(".cache/setup.lock"))).toBe(false);
  },
  npmTimeout,
);

test(
  "a build that fails shows its errors and fails the set-up, each time",
  () => {
    writeFileSync(at("src/a.ts"), "broken");
    const failed = {
      status: 1,
      stdout: expect.stringContaining("a.ts is broken\n"),
      stderr: expect.stringContaining('setup: building failed: run "npm run build --silent" to see it alone\n'),
    };
    expect(setup()).toMatchObject(failed);
    expect(setup()).toMatchObject(failed);
  },
  npmTimeout,
);

test("an old Node is told apart before anything is done", () => {
  const asIfOld = 'data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.18.3" })';
  expect(setup(`--import=${asIfOld}`)).toEqual({
    status: 1,
    stdout: "",
    stderr: "setup: Fovea needs Node 20.19 or later; this is 20.18.3. See https://nodejs.org/en/download\n",
  });
});
