import { mkdtemp, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unitRows } from "../eval/metrics/similarity.ts";
import { picture, writeTestIndex } from "../testing/index-fixture.ts";
import { buildGraph } from "./approximate.node.ts";
import { writeManifest } from "./index-folder.node.ts";
import { PictureIndex } from "./picture-index.node.ts";
import { changedSources, IndexSearcher } from "./search-index.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-searching-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** An index of files `0` to `4`, each a degree further from the query [1, 0]. */
async function indexOfFiles(name: string): Promise<PictureIndex> {
  const pictures = [];
  for (let i = 0; i < 5; i++) {
    const path = join(folder, `${name}-${i}`);
    await writeFile(path, "x".repeat(i + 1));
    const { size, mtimeMs } = await stat(path);
    const facts = { path: `${name}-${i}`, bytes: size, modified: Math.trunc(mtimeMs), width: 100 * i };
    pictures.push(picture(String(i), facts));
  }
  const angles = [0, 1, 2, 3, 4].map((degrees) => (degrees * Math.PI) / 180);
  const vectors = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  return writeTestIndex(join(folder, name), { width: 2, of: [{ pictures, vectors }] });
}

describe("a search", () => {
  const query = Float32Array.of(1, 0);

  test("gives the nearest pictures, best first, and where their files are", async () => {
    await using searcher = new IndexSearcher(await indexOfFiles("plain"));
    const { hits, missing, method } = await searcher.search(query, { count: 2 });
    expect(hits[0]!.map(({ key, score, file, isChanged }) => [key, score, file, isChanged])).toEqual([
      ["0", 1, join(folder, "plain-0"), false],
      ["1", expect.closeTo(Math.cos(Math.PI / 180)), join(folder, "plain-1"), false],
    ]);
    expect([missing, method]).toEqual([[], "exact"]);
  });

  test("leaves out files that are gone, for others, and marks those that changed", async () => {
    await using searcher = new IndexSearcher(await indexOfFiles("changing"));
    await rm(join(folder, "changing-0"));
    await rm(join(folder, "changing-1"));
    await utimes(join(folder, "changing-2"), 1, 1);
    const { hits, missing } = await searcher.search(query, { count: 2 });
    expect(hits[0]!.map(({ key, isChanged }) => [key, isChanged])).toEqual([
      ["2", true],
      ["3", false],
    ]);
    expect(missing).toEqual(["0", "1"]);
    const unchecked = await searcher.search(query, { count: 2, checkFiles: false });
    expect(unchecked.hits[0]!.map(({ key }) => key)).toEqual(["0", "1"]);
  });

  test("keeps to a condition, several queries at once", async () => {
    await using searcher = new IndexSearcher(await indexOfFiles("conditions"));
    const { hits } = await searcher.search(Float32Array.of(1, 0, -1, 0), {
      count: 3,
      where: "width BETWEEN 100 AND 300",
    });
    expect(hits.map((of) => of.map(({ key }) => key))).toEqual([
      ["1", "2", "3"],
      ["3", "2", "1"],
    ]);
  });

  test("ends where there are no more, also in an index of nothing", async () => {
    await using searcher = new IndexSearcher(await indexOfFiles("few"));
    expect((await searcher.search(query, { count: 50 })).hits[0]).toHaveLength(5);
    await using empty = new IndexSearcher(await writeTestIndex(join(folder, "empty"), { width: 2, of: [] }));
    expect(await empty.search(query, { where: "width > 3" })).toEqual({ hits: [[]], missing: [], method: "exact" });
  });

  test("notices that shards changed", async () => {
    const shard = join(folder, "x.tar");
    await writeFile(shard, "tar");
    const { size, mtimeMs } = await stat(shard);
    const sourceFiles = [{ path: shard, size, modified: Math.trunc(mtimeMs) }];
    const index = await writeTestIndex(join(folder, "shards"), { width: 2, sourceFiles, of: [] });
    expect(await changedSources(index)).toEqual([]);
    await writeFile(shard, "more");
    expect(await changedSources(index)).toEqual([shard]);
  });
});

describe("an approximate search", () => {
  const [rows, width] = [3000, 16];
  const wave = (count: number, seed: number): Float32Array =>
    unitRows(
      Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * i * 0.37 + seed * i)),
      width,
    );
  const queries = wave(20, 0.5);
  const part = (start: number, end: number) => ({
    pictures: Array.from({ length: end - start }, (_, i) => picture(String(start + i))),
    vectors: wave(rows, 0.1).subarray(start * width, end * width),
  });
  let index: PictureIndex;

  beforeAll(async () => {
    const first = await writeTestIndex(join(folder, "graph"), { width, of: [part(0, 2000)] });
    const graph = await buildGraph(first);
    // A second part: the graph of the first is extended.
    const both = await writeTestIndex(join(folder, "graph-2"), { width, of: [part(2000, rows)] });
    const parts = [...first.manifest.parts, ...both.manifest.parts.map((entry) => ({ ...entry, gone: [0] }))];
    await rename(join(folder, "graph-2", parts[1]!.file), join(folder, "graph", parts[1]!.file));
    await writeManifest(first.path, { ...first.manifest, parts, graph });
    index = await PictureIndex.open(first.path);
  });

  test("needs a graph of all rows", async () => {
    await using searcher = new IndexSearcher(index);
    expect((await searcher.search(queries)).method).toBe("exact");
    await expect(searcher.search(queries, { method: "approximate" })).rejects.toMatchObject({
      code: "GRAPH_MISSING",
      message: expect.stringContaining("the index has no graph of all its rows, or usearch is not installed"),
    });
  });

  test("finds nearly what an exact one finds, never what is gone", async () => {
    await writeManifest(index.path, { ...index.manifest, graph: await buildGraph(index) });
    await using searcher = new IndexSearcher(await PictureIndex.open(index.path));
    const walked = await searcher.search(queries);
    const compared = await searcher.search(queries, { method: "exact" });
    expect([walked.method, compared.method]).toEqual(["approximate", "exact"]);
    const errors: number[] = []; // of those that both found
    for (const [i, hits] of compared.hits.entries()) {
      const found = new Map(walked.hits[i]!.map(({ key, score }) => [key, score]));
      expect(found.size).toBe(10);
      expect(found.has("2000")).toBe(false);
      errors.push(...hits.flatMap(({ key, score }) => (found.has(key) ? [Math.abs(found.get(key)! - score)] : [])));
    }
    expect(Math.max(...errors)).toBeLessThan(2e-3); // the graph keeps half precision
    expect(errors.length / 200).toBeGreaterThan(0.97);
  });
});
