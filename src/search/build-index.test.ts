import { copyFile, mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openData } from "../data/formats/open-data.node.ts";
import { writeData } from "../data/formats/write-data.node.ts";
import { openEmbedder } from "../eval/embedder.node.ts";
import type { Embedder } from "../eval/embedder.ts";
import { InputError } from "../platform/error.ts";
import { writeTinyClip } from "../testing/tiny-clip.ts";
import { indexData, type IndexDataOptions } from "./build-index.node.ts";
import { lockIndex } from "./index-folder.node.ts";
import { indexName, type IndexedPicture } from "./index-format.ts";
import { demandSameModel } from "./index-model.ts";
import { PictureIndex } from "./picture-index.node.ts";

const fixtures = join("fixtures", "data", "pictures");
let temporary: string;
let embedder: Embedder;
let folder: string;
let out: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "fovea-index-"));
  await writeTinyClip(join(temporary, "model"));
  embedder = await openEmbedder(join(temporary, "model"), { cacheDir: "", batch: 2 });
});
afterAll(async () => {
  await embedder.dispose();
  await rm(temporary, { recursive: true });
});

// Four readable pictures, one of them in a subfolder.
beforeEach(async () => {
  folder = await mkdtemp(join(temporary, "pictures-"));
  await mkdir(join(folder, "nested"));
  for (const name of ["cat.jpg", "dog.png", "owl.jpg", "nested/fish.webp"])
    await copyFile(join(fixtures, name), join(folder, name));
  await writeFile(join(folder, "notes.txt"), "not a picture");
  out = join(folder, indexName);
});

const index = (options: Partial<IndexDataOptions> = {}, source = folder) =>
  indexData(source, embedder, { out, model: "tiny", dtype: "float32", ...options });

/** What an index holds: pictures and vectors by key. */
async function contents(path = out): Promise<Map<string, { picture: IndexedPicture; vector: number[] }>> {
  const opened = await PictureIndex.open(path);
  const found = new Map<string, { picture: IndexedPicture; vector: number[] }>();
  for await (const group of opened.pictures())
    for (const { row, picture } of group) {
      const [vector] = await opened.vectorsOf([row]);
      found.set(picture.key, { picture, vector: Array.from(vector!) });
    }
  return found;
}

const embedded = async (...names: string[]): Promise<number[]> =>
  Array.from(await embedder.embedImages(names.map((name) => join(fixtures, name))));

const nothing = { embedded: 0, kept: 0, updated: 0, removed: 0, failed: 0, hasGraph: false, interrupted: false };

describe("indexing a folder", () => {
  test("embeds its pictures and those below it, with what is known of them", async () => {
    await writeFile(join(folder, "cat.txt"), "a cat\na pet\n");
    await writeFile(join(folder, "cat.json"), '{"place": "sofa"}');
    expect(await index()).toEqual({ ...nothing, pictures: 4, embedded: 4 });
    const made = await contents();
    expect([...made.keys()].sort()).toEqual(["cat.jpg", "dog.png", "nested/fish.webp", "owl.jpg"]);
    const { picture, vector } = made.get("cat.jpg")!;
    expect(picture).toMatchObject({ path: "cat.jpg", caption: "a cat\na pet", metadata: '{"place":"sofa"}' });
    expect([picture.width, picture.height]).toEqual([48, 48]);
    expect(vector).toEqual(await embedded("cat.jpg"));
    expect((await PictureIndex.open(folder)).source).toBe(folder);
  });

  test("takes size and date from the picture as it is shown", async () => {
    const turned = sharp({ create: { width: 30, height: 20, channels: 3, background: "blue" } })
      .withExif({ IFD2: { DateTimeOriginal: "2019:08:17 14:02:11" } })
      .withMetadata({ orientation: 6 });
    await turned.jpeg().toFile(join(folder, "turned.jpg"));
    await index();
    const { picture } = (await contents()).get("turned.jpg")!;
    expect([picture.width, picture.height]).toEqual([20, 30]);
  });

  test("run again, embeds only what is new or changed, and forgets what is gone", async () => {
    await index();
    const before = await contents();
    await rm(join(folder, "owl.jpg"));
    await copyFile(join(fixtures, "uncaptioned.png"), join(folder, "dog.png")); // another picture
    await copyFile(join(fixtures, "blank.png"), join(folder, "new.png"));
    expect(await index()).toEqual({ ...nothing, pictures: 4, embedded: 2, kept: 2, removed: 1 });
    const after = await contents();
    expect([...after.keys()].sort()).toEqual(["cat.jpg", "dog.png", "nested/fish.webp", "new.png"]);
    expect(after.get("cat.jpg")).toEqual(before.get("cat.jpg"));
    expect(after.get("dog.png")!.vector).toEqual(await embedded("uncaptioned.png"));
    expect(await index()).toEqual({ ...nothing, pictures: 4, kept: 4 });
  });

  test("what was moved, touched or described anew keeps its vector", async () => {
    await index();
    const before = await contents();
    await rename(join(folder, "cat.jpg"), join(folder, "moved.jpg"));
    await utimes(join(folder, "nested/fish.webp"), 0, 0);
    await writeFile(join(folder, "owl.txt"), "an owl");
    expect(await index()).toEqual({ ...nothing, pictures: 4, kept: 1, updated: 3 });
    const after = await contents();
    expect(after.get("moved.jpg")!.vector).toEqual(before.get("cat.jpg")!.vector);
    expect(after.get("nested/fish.webp")!.picture.modified).toBe(0);
    expect(after.get("owl.jpg")).toEqual({
      picture: { ...before.get("owl.jpg")!.picture, caption: "an owl" },
      vector: before.get("owl.jpg")!.vector,
    });
  });

  test("of two equal pictures that go, one comes back elsewhere: one moved, one is gone", async () => {
    await copyFile(join(folder, "cat.jpg"), join(folder, "copy.jpg"));
    await index();
    for (const name of ["cat.jpg", "copy.jpg"]) await rm(join(folder, name));
    await copyFile(join(fixtures, "cat.jpg"), join(folder, "nested", "back.jpg"));
    expect(await index()).toEqual({ ...nothing, pictures: 4, kept: 3, updated: 1, removed: 1 });
  });

  test("takes SVG, and says of an empty file and of a kind that nothing decodes what they are", async () => {
    await writeFile(join(folder, "a.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>');
    await writeFile(join(folder, "b.png"), "");
    await writeFile(join(folder, "c.heic"), "");
    const failures: string[] = [];
    const onFailure = (key: string, error: unknown): void =>
      void failures.push(`${key}: ${error instanceof InputError ? error.found : String(error)}`);
    const seen: (number | undefined)[] = [];
    const onProgress = (_: number, total: number | undefined): void => void seen.push(total);
    expect(await index({ onFailure, onProgress })).toEqual({ ...nothing, pictures: 5, embedded: 5, failed: 2 });
    expect(failures.sort()).toEqual([
      expect.stringMatching(/^b\.png: 0 bytes are not a whole PNG/),
      "c.heic: IMAGE_FORMAT_UNKNOWN",
    ]);
    expect(new Set(seen)).toEqual(new Set([7]));
  });

  test("names what cannot be read, and goes on; what became unreadable is gone", async () => {
    await index();
    await copyFile(join(fixtures, "truncated.jpg"), join(folder, "cat.jpg"));
    const failures: string[] = [];
    const onFailure = (key: string, error: unknown): void => void failures.push(`${key}: ${String(error)}`);
    expect(await index({ onFailure })).toEqual({ ...nothing, pictures: 3, kept: 3, failed: 1 });
    expect(failures).toEqual([expect.stringMatching(/^cat\.jpg: .*\d+ bytes are not a whole PNG/)]);
    expect([...(await contents()).keys()]).not.toContain("cat.jpg");
  });

  test("keeps what is done when it is interrupted, and goes on from there", async () => {
    const controller = new AbortController();
    const stop = (done: number): void => void (done > 0 && controller.abort());
    const first = await index({ signal: controller.signal, onProgress: stop });
    expect(first).toMatchObject({ interrupted: true, kept: 0 });
    expect(first.embedded).toBeLessThan(4);
    const opened = await PictureIndex.open(folder);
    expect([opened.count, opened.manifest.complete]).toEqual([first.embedded, false]);
    expect(await index()).toMatchObject({ interrupted: false, kept: first.embedded, embedded: 4 - first.embedded });
  });

  test("an interrupted run takes nothing for gone", async () => {
    await index();
    const controller = new AbortController();
    controller.abort();
    expect(await index({ signal: controller.signal })).toMatchObject({ pictures: 4, removed: 0, interrupted: true });
  });

  test("keeps half-precision vectors in half the room, unless told otherwise", async () => {
    await indexData(folder, embedder, { out, model: "tiny" });
    const { vector } = (await contents()).get("cat.jpg")!; // bits
    expect((await PictureIndex.open(folder)).manifest.dtype).toBe("float16");
    expect(Math.max(...vector)).toBeGreaterThan(1);
    await expect(index()).rejects.toMatchObject({
      code: "INDEX_OF_OTHER_DTYPE",
      message: expect.stringContaining("its vectors are float16, not float32"),
    });
  });

  test("makes one part of many, and removes what no longer counts", async () => {
    for (let i = 0; i < 10; i++) {
      await sharp({ create: { width: 9, height: 9, channels: 3, background: { r: 20 * i, g: 0, b: 0 } } })
        .png()
        .toFile(join(folder, `more-${i}.png`));
      await index();
    }
    const names = await readdir(out);
    expect(names.filter((name) => name.endsWith(".parquet")).length).toBeLessThan(9);
    expect(names.filter((name) => !/^(part-.*\.parquet|index\.json)$/.test(name))).toEqual([]);
    const made = await contents();
    expect(made.size).toBe(14);
    for (const name of ["cat.jpg", "dog.png"]) expect(made.get(name)!.vector).toEqual(await embedded(name));
  });

  test("makes a graph where it is asked for", async () => {
    expect(await index({ graphFrom: 4 })).toMatchObject({ hasGraph: true });
    expect((await readdir(out)).filter((name) => name.startsWith("graph-"))).toHaveLength(1);
  });

  test("DuckDB reads what it wrote", async () => {
    await index();
    const connection = await (await DuckDBInstance.create()).connect();
    const reply = await connection.runAndReadAll(
      `SELECT key, len(embedding), list_sum(list_transform(embedding, x -> x * x)) FROM read_parquet('${out}/*.parquet') ORDER BY key`,
    );
    connection.closeSync();
    expect(reply.getRowsJS()).toEqual(
      ["cat.jpg", "dog.png", "nested/fish.webp", "owl.jpg"].map((key): unknown[] => [key, 24n, expect.closeTo(1)]),
    );
  });
});

describe("indexing a data set", () => {
  test("a table: pictures by their files, columns as metadata", async () => {
    const table = join(folder, "products.csv");
    await writeFile(table, "path,caption,price\ncat.jpg,a cat,3\nnested/fish.webp,,4\nnone.png,nothing,5\n");
    expect(await index({}, table)).toEqual({ ...nothing, pictures: 2, embedded: 2, failed: 1 });
    const made = await contents();
    expect(made.get("cat.jpg")!.picture).toMatchObject({
      path: "cat.jpg",
      caption: "a cat",
      metadata: '{"price":"3"}',
    });
    expect(await index({}, table)).toMatchObject({ kept: 2, embedded: 0 });
  });

  test("a table whose pictures are elsewhere: nothing is written, an index stays, and --images finds them", async () => {
    const table = join(folder, "elsewhere.csv");
    await writeFile(table, "path,caption\nfish.webp,a fish\nnone.jpg,nothing\n");
    const empty = {
      code: "INDEX_EMPTY",
      message: expect.stringMatching(
        /elsewhere\.csv: none of its 2 pictures can be read, e\.g\. fish\.webp: ENOENT.*\n {2}mend: check the pictures; if a table names files that are elsewhere, give their folder with --images$/,
      ),
    };
    await expect(index({}, table)).rejects.toMatchObject(empty);
    expect(await readdir(folder)).not.toContain(indexName);
    expect(await index({ images: join(folder, "nested") }, table)).toMatchObject({ pictures: 1, failed: 1 });
    await expect(index({}, table)).rejects.toMatchObject(empty);
    expect([...(await contents()).keys()]).toEqual(["fish.webp"]);
  });

  test("pictures without files of their own are known by their bytes", async () => {
    const shards = join(folder, "shards");
    const read = () => openData(fixtures, { onDrop: () => {} });
    await writeData(read(), shards, { format: "webdataset", onDrop: () => {} });
    const first = await index({}, shards);
    expect(first).toMatchObject({ pictures: 4, embedded: 4, failed: 0 }); // writing left out the one that is cut off
    const made = [...(await contents()).values()];
    expect(made.map(({ picture }) => [picture.path, picture.modified])).toEqual(made.map(() => [null, null]));
    expect(await index({}, shards)).toMatchObject({ pictures: 4, embedded: 0, kept: 4 });
  });
});

describe("what cannot be indexed or opened", () => {
  test("data that is not there leaves nothing behind", async () => {
    const none = join(folder, "none");
    await expect(index({ out: join(folder, "out") }, none)).rejects.toMatchObject({ code: "DATA_NOT_FOUND" });
    const empty = await mkdtemp(join(temporary, "empty-"));
    await expect(index({ out: join(folder, "out") }, empty)).rejects.toMatchObject({ code: "DATA_EMPTY" });
    expect(await readdir(folder)).not.toContain("out");
  });

  test("an index of another model, or of other data", async () => {
    await index();
    const stranger: Embedder = Object.create(embedder, { fingerprint: { value: "other" } });
    const misfit = {
      code: "INDEX_OF_OTHER_MODEL",
      message: expect.stringContaining("it was made with tiny, whose weights were others"),
    };
    await expect(indexData(folder, stranger, { out, model: "other" })).rejects.toMatchObject(misfit);
    const { manifest } = await PictureIndex.open(folder);
    expect(() => demandSameModel(manifest, stranger, out)).toThrow(expect.objectContaining({ code: misfit.code }));
    expect(() => demandSameModel(manifest, embedder, out)).not.toThrow();
    await expect(index({}, join(folder, "nested"))).rejects.toMatchObject({
      code: "INDEX_OF_OTHER_DATA",
      message: expect.stringMatching(/\.fovea-index: it is of \.\.\n {2}mend: give another place with --out/),
    });
  });

  test("a folder of other files is no place for an index", async () => {
    await expect(index({ out: folder })).rejects.toMatchObject({
      code: "INDEX_PLACE_TAKEN",
      message: `${folder}: the folder holds other files, e.g. cat.jpg\n  mend: give a new folder for the index with --out`,
    });
    const shards = await mkdtemp(join(temporary, "shards-"));
    await writeFile(join(shards, "part-00000.parquet"), "not an index");
    await expect(index({ out: shards })).rejects.toMatchObject({ code: "INDEX_PLACE_TAKEN" });
    expect(await readdir(shards)).toEqual(["part-00000.parquet"]);
  });

  test("an index that another run writes to", async () => {
    await using lock = await lockIndex(out);
    await expect(index()).rejects.toMatchObject({
      code: "INDEX_BUSY",
      message: expect.stringContaining(`process ${process.pid} is writing to it`),
    });
    await lock[Symbol.asyncDispose]();
    expect(await readdir(folder)).not.toContain(indexName); // nothing was written
    await mkdir(out);
    await writeFile(join(out, "lock.json"), '{"pid": 4194305}'); // no process has so high a number: it was killed
    expect(await index()).toMatchObject({ pictures: 4 });
  });

  test("what is no index, what is damaged, and what is not there", async () => {
    await expect(PictureIndex.open(join(folder, "none"))).rejects.toMatchObject({
      code: "INDEX_MISSING",
      message: expect.stringContaining("none: there is no index of it\n  mend: check the path"),
    });
    await expect(PictureIndex.open(folder)).rejects.toMatchObject({
      code: "INDEX_MISSING",
      message: expect.stringMatching(/\n {2}mend: run: fovea index .*pictures-/),
    });
    await index();
    const [part] = (await readdir(out)).filter((name) => name.startsWith("part-"));
    await writeFile(join(out, part!), "PAR1");
    await expect(PictureIndex.open(folder)).rejects.toMatchObject({ code: "INDEX_CORRUPT" });
    await writeFile(join(out, "index.json"), "{");
    await expect(PictureIndex.open(folder)).rejects.toMatchObject({
      code: "INDEX_INVALID",
      message: expect.stringContaining("it is not an index of pictures\n  mend: make one with `fovea index FOLDER`"),
    });
  });

  test("an index of the first format, which was one file", async () => {
    await writeFile(out, 'xxxxxxxx{"__metadata__":{"format":"fovea-index-1"}}');
    const outdated = {
      code: "INDEX_OUTDATED",
      message: expect.stringContaining("mend: remove it and run `fovea index` again"),
    };
    await expect(PictureIndex.open(folder)).rejects.toMatchObject(outdated);
    await expect(index()).rejects.toMatchObject(outdated);
  });
});
