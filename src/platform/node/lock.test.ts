import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockFile } from "./lock.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-lock-"));
});
afterAll(() => rm(folder, { recursive: true }));

const take = (path: string): Promise<AsyncDisposable> => lockFile(path, (pid) => new Error(`process ${pid} has it`));

test("one has it until it lets go", async () => {
  const path = join(folder, "one");
  const lock = await take(path);
  await expect(take(path)).rejects.toThrow(`process ${process.pid} has it`);
  await lock[Symbol.asyncDispose]();
  await (await take(path))[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

test("another process has it as long as it lives, even if it has no time to let go", async () => {
  const path = join(folder, "other");
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await writeFile(path, JSON.stringify({ pid: other.pid }));
  await expect(take(path)).rejects.toThrow(`process ${other.pid} has it`);
  const ended = once(other, "exit");
  other.kill("SIGKILL");
  await ended;
  await using _lock = await take(path);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
});

test.runIf(process.platform === "linux")(
  "a process that got the number of one that was killed does not have it",
  async () => {
    const path = join(folder, "again");
    await writeFile(path, JSON.stringify({ pid: process.pid, started: "1" }));
    await using _lock = await take(path);
    expect(JSON.parse(await readFile(path, "utf8"))).not.toMatchObject({ started: "1" });
  },
);

test("killed before it could write its number, it leaves nothing that blocks", async () => {
  const path = join(folder, "empty");
  await writeFile(path, "");
  await using _lock = await take(path);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
});

test("of many that find what a killed process left, one gets it", async () => {
  const path = join(folder, "many");
  await writeFile(path, '{"pid": 4194305}'); // no process has so high a number
  const taken = await Promise.allSettled(Array.from({ length: 50 }, () => take(path)));
  const locks = taken.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]![Symbol.asyncDispose]();
  expect((await readdir(folder)).filter((name) => name.startsWith("many"))).toEqual([]);
});
