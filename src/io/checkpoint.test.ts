import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { InputError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { folderReader } from "./folder.node.ts";
import { writeSafetensors } from "./safetensors.ts";

const scalar = (value: number): HostTensor => ({ dtype: "float32", shape: [], data: Float32Array.of(value) });
const shard = (tensors: Record<string, number>) =>
  writeSafetensors(new Map(Object.entries(tensors).map(([name, value]) => [name, scalar(value)])));
const text = (value: string) => new TextEncoder().encode(value);
const index = (map: Record<string, string>) => text(JSON.stringify({ metadata: { total_size: 12 }, weight_map: map }));

async function values(files: Record<string, Uint8Array>): Promise<Record<string, number>> {
  const read: Record<string, number> = {};
  const folder = (name: string) => Promise.resolve(files[name]);
  for await (const [name, { data }] of readCheckpoint(folder)) read[name] = Number(data[0]);
  return read;
}

describe("readCheckpoint", () => {
  const first = "model-00001-of-00002.safetensors";
  const second = "model-00002-of-00002.safetensors";

  test("one file", async () => {
    expect(await values({ "model.safetensors": shard({ a: 1, b: 2 }) })).toEqual({ a: 1, b: 2 });
  });

  test("several files", async () => {
    const map = index({ a: first, c: second, b: first });
    const files = { "model.safetensors.index.json": map, [first]: shard({ a: 1, b: 2 }), [second]: shard({ c: 3 }) };
    expect(await values(files)).toEqual({ a: 1, b: 2, c: 3 });
  });

  test.each<[code: string, found: RegExp, files: Record<string, Uint8Array>]>([
    [
      "CHECKPOINT_MISSING",
      /^the model's folder: there is neither model.safetensors nor model.safetensors.index.json/,
      {},
    ],
    ["CHECKPOINT_INDEX_INVALID", /no map from tensor names/, { "model.safetensors.index.json": text("{") }],
    [
      "CHECKPOINT_INDEX_INVALID",
      /no map from tensor names/,
      { "model.safetensors.index.json": text(`{"weight_map":{"a":1}}`) },
    ],
    [
      "CHECKPOINT_INDEX_INVALID",
      /"..\/secret.safetensors", which is not the name/,
      { "model.safetensors.index.json": index({ a: "../secret.safetensors" }) },
    ],
    [
      "CHECKPOINT_SHARD_MISSING",
      /^model-00001-of-00002.safetensors: model.safetensors.index.json lists it/,
      { "model.safetensors.index.json": index({ a: first }) },
    ],
    [
      "CHECKPOINT_TENSOR_MISSING",
      /says that it holds b, it does not/,
      { "model.safetensors.index.json": index({ a: first, b: first }), [first]: shard({ a: 1 }) },
    ],
    ["SAFETENSORS_TRUNCATED", /^model.safetensors: 3 bytes/, { "model.safetensors": new Uint8Array(3) }],
  ])("%s", async (code, found, files) => {
    const error: unknown = await values(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("code", code);
    expect((error as InputError).message).toMatch(found);
  });
});

const golden = fileURLToPath(new URL("../../fixtures/golden/safetensors", import.meta.url));

test("folderReader reads a folder on disk", async () => {
  const read = folderReader(golden);
  expect(await read("none.safetensors")).toBeUndefined();
  expect(await read("bfloat16.safetensors")).toHaveLength(138);
});

test("an error names the folder of a reader that tells it, and the file in it", async () => {
  await expect(readCheckpoint(folderReader(golden)).next()).rejects.toThrow(
    `${golden}: there is neither model.safetensors nor model.safetensors.index.json\n` +
      "  mend: give a folder that holds weights in safetensors, or fetch a model of the Hub again by fovea pull",
  );
  const broken = Object.assign(() => Promise.resolve(new Uint8Array(3)), { folder: "runs/first" });
  await expect(readCheckpoint(broken).next()).rejects.toThrow(/^runs\/first\/model.safetensors: 3 bytes/);
});
