/**
 * Makes a checkout ready to run: checks Node, installs the packages that package-lock.json names, builds `dist`. Each
 * step is skipped when its result is there and current, so `npm start` and `npm test` can always call this first.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, ".cache", "setup.lock");
const buildStamp = join(root, ".cache", "setup.built");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Fovea needs Node 20.19 or later; this is ${process.versions.node}. See https://nodejs.org/en/download`);
}
if (!isInstalled() || !isBuilt()) {
  takeTurn(() => {
    // A set-up that this one waited for may have done either step.
    if (!isInstalled()) npm("installing packages", ["ci", "--ignore-scripts", "--include=dev"], "ignore");
    if (!isBuilt()) build();
  });
}

/**
 * Whether node_modules holds what package-lock.json names. npm writes down what it installed when it is done; comparing
 * with that, and not with a stamp of our own, lets people run `npm install` themselves.
 */
function isInstalled() {
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  const wanted = packagesOf(join(root, "package-lock.json"));
  const isCurrent = Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === "" || (path in installed ? installed[path]?.version === version : optional),
  );
  // A folder shared with another machine may hold that one's binaries.
  const fits = Object.values(installed).every(
    ({ os, cpu }) => (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true),
  );
  return isCurrent && fits;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, os?: string[], cpu?: string[] }>}
 */
function packagesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

function isBuilt() {
  return existsSync(join(root, "dist")) && existsSync(buildStamp) && readFileSync(buildStamp, "utf8") === sourcesHash();
}

function build() {
  const hash = sourcesHash(); // before the build: a file saved meanwhile is built the next time
  rmSync(join(root, "dist"), { recursive: true, force: true }); // nothing of a deleted source stays
  npm("building", ["run", "build", "--silent"], "inherit"); // the compiler writes its errors to standard output
  writeFileSync(buildStamp, hash);
}

/** Hash of all that `dist` is made from. */
function sourcesHash() {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => join("src", path));
  const hash = createHash("sha256");
  for (const path of [...sources.sort(), "package-lock.json", "tsconfig.json", "tsconfig.build.json"]) {
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

/**
 * Runs npm, with one line that says what for and how long it took; npm's errors stream through.
 * @param {string} what
 * @param {string[]} args
 * @param {"ignore" | "inherit"} output
 */
function npm(what, args, output) {
  const start = performance.now();
  process.stdout.write(`setup: ${what} (npm ${args.slice(0, 2).join(" ")}) ... `);
  // npm is a batch file on Windows, which needs a shell.
  const shell = process.platform === "win32";
  const { status } = spawnSync("npm", args, { cwd: root, stdio: ["ignore", output, "inherit"], shell });
  if (status !== 0) fail(`${what} failed: run "npm ${args.join(" ")}" to see it alone`);
  process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/**
 * Runs `work` while no other set-up of this checkout runs, waiting for one that does.
 * @param {() => void} work
 */
function takeTurn(work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let waits = 0; !claim(); waits++) {
    if (waits === 0) process.stdout.write("setup: waiting for another set-up of this folder\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200); // milliseconds
  }
  process.once("exit", () => rmSync(lockFile, { force: true })); // also when a step fails
  work();
}

/**
 * Whether the lock file is now this process's. One that its holder left behind, being killed, is removed.
 * @returns {boolean}
 */
function claim() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  try {
    process.kill(Number(readFileSync(lockFile, "utf8")), 0); // signal 0 only asks whether the process lives
  } catch (error) {
    if (codeOf(error) !== "ESRCH") return false;
    rmSync(lockFile, { force: true });
    return claim();
  }
  return false;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}
