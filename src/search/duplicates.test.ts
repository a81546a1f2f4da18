import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { picture, writeTestIndex } from "../testing/index-fixture.ts";
import { buildGraph } from "./approximate.node.ts";
import { findDuplicates } from "./duplicates.node.ts";
import { writeManifest } from "./index-folder.node.ts";
import { PictureIndex } from "./picture-index.node.ts";

// Directions in degrees: a, b, c stand 5 degrees apart (cosine 0.9962), so a and c are 10 apart (0.9848); d and e are the same.
const degrees = { a: 0, d: 90, b: 5, far: 180, e: 90, c: 10, gone: 180.5 };
let folder: string;
let index: PictureIndex;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-duplicates-"));
  const vectors = Object.values(degrees).flatMap((angle) => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]);
  const pictures = Object.keys(degrees).map((key) => picture(key));
  const [first, second] = [pictures.slice(0, 3), pictures.slice(3)];
  const made = await writeTestIndex(folder, {
    width: 2,
    of: [
      { pictures: first, vectors: Float32Array.from(vectors.slice(0, 6)) },
      { pictures: second, vectors: Float32Array.from(vectors.slice(6)) },
    ],
  });
  const [one, two] = made.manifest.parts;
  await writeManifest(folder, { ...made.manifest, parts: [one!, { ...two!, gone: [3] }] });
  index = await PictureIndex.open(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const expected = [
  [
    ["a", 0.9962],
    ["b", 0.9962],
    ["c", 0.9962],
  ],
  [
    ["d", 1],
    ["e", 1],
  ],
];
const summary = (groups: Awaited<ReturnType<typeof findDuplicates>>) =>
  groups.map((group) => group.map(({ key, score }) => [key, Number(score.toFixed(4))]));

describe("duplicates", () => {
  test("are grouped by their neighbours, over parts, without what is gone", async () => {
    expect(summary(await findDuplicates(index, { threshold: 0.99 }))).toEqual(expected);
  });

  test("a higher threshold leaves the nearer", async () => {
    expect(summary(await findDuplicates(index, { threshold: 0.9999 }))).toEqual([expected[1]]);
  });

  test("are the same by way of a graph", async () => {
    const graph = await buildGraph(index);
    await writeManifest(folder, { ...index.manifest, graph });
    const groups = await findDuplicates(await PictureIndex.open(folder), { threshold: 0.99 });
    expect(groups.map((group) => group.map(({ key }) => key))).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });
});
