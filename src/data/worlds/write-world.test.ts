import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blockAtlas } from "../../testing/world-atlas.ts";
import { parseWorldSpec } from "./spec.ts";
import { World } from "./world.ts";
import { writeWorld, type WriteWorldOptions } from "./write-world.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-write-world-"));
});
afterAll(() => rm(folder, { recursive: true }));

const filesIn = async (path: string): Promise<Record<string, string>> => {
  const read = async (name: string): Promise<[string, string]> => [name, await readFile(join(path, name), "base64")];
  return Object.fromEntries(await Promise.all((await readdir(path)).map(read)));
};

test("a world that was stopped goes on after its last whole shard, to the same bytes", async () => {
  const world = new World(parseWorldSpec({ count: 23, side: 48 }), blockAtlas());
  const write = (name: string, options: WriteWorldOptions = {}) =>
    writeWorld(world, join(folder, name), { format: "webdataset", shardSize: 5, ...options });
  const whole = await write("whole");
  const stop = new AbortController();
  const onProgress = (items: number): void => void (items === 17 && stop.abort(new Error("stop")));
  await expect(write("stopped", { signal: stop.signal, onProgress })).rejects.toThrow("stop");
  const kept = await readdir(join(folder, "stopped.tmp", "data"));
  expect(kept.length).toBeGreaterThan(1);
  expect(await readdir(folder)).not.toContain("stopped");

  expect(await write("stopped")).toEqual({ ...whole, card: join(folder, "stopped.world.json") });
  expect(await filesIn(join(folder, "stopped"))).toEqual(await filesIn(join(folder, "whole")));
  expect((await readdir(folder)).sort()).toEqual(["stopped", "stopped.world.json", "whole", "whole.world.json"]);
});
