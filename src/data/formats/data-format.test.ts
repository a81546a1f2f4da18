import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pictureFile, readAll, streamOf } from "../../testing/read-data.ts";
import type { Sample } from "../sample.ts";
import type { DataFormat } from "./data-format.ts";
import { writeData } from "./write-data.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-write-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each<[string, DataFormat, string]>([
  ["named", "csv", "named.csv"],
  ["tabs/", "tsv", "tabs.tsv"],
  ["lines.txt", "jsonl", "lines.txt.jsonl"],
  ["turns.jsonl", "llava", "turns.jsonl.json"],
  ["As.CSV", "csv", "As.CSV"],
])("a table gets the ending by which it is read: %s as %s is %s", async (name, format, written) => {
  const place = await mkdtemp(join(folder, "ending-"));
  const sample: Sample = { key: "a", image: await pictureFile("dog.png"), captions: [{ text: "a dog" }], metadata: {} };
  await writeData(streamOf([sample]), join(place, name), { format });
  expect((await readdir(place)).sort()).toEqual([written, written.replace(/\.\w+$/, "-images")].sort());
  expect((await readAll(join(place, written))).samples.map(({ key }) => key)).toEqual(["a"]);
});
