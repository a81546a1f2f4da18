import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writeTinyClip } from "../testing/tiny-clip.ts";
import { openEmbedder } from "./embedder.node.ts";
import type { Embedder } from "./embedder.ts";
import { indexFolder, indexName, openIndex } from "./index-folder.node.ts";
import { demandSameModel, searchIndex } from "./index-search.ts";

const pictures = join("fixtures", "data", "pictures");
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
    await copyFile(join(pictures, name), join(folder, name));
  await writeFile(join(folder, "notes.txt"), "not a picture");
  out = join(folder, indexName);
});

const index = (options = {}) => indexFolder(folder, embedder, { out, model: "tiny", ...options });

describe("indexing", () => {
  test("embeds the pictures of a folder and those below it", async () => {
    const { index: made, ...counts } = await index();
    expect(counts).toEqual({ embedded: 4, kept: 0, removed: 0, failed: 0, interrupted: false });
    expect(made.pictures.map(({ path }) => path)).toEqual(["cat.jpg", "dog.png", "nested/fish.webp", "owl.jpg"]);
    expect(await openIndex(folder)).toEqual(made);
    const cat = await embedder.embedImages([join(folder, "cat.jpg")]);
    expect(made.embeddings.subarray(0, embedder.width)).toEqual(cat);
  });

  test("run again, embeds only what is new or changed, and forgets what is gone", async () => {
    const before = await index();
    await rename(join(folder, "cat.jpg"), join(folder, "moved.jpg"));
    await copyFile(join(pictures, "owl.jpg"), join(folder, "dog.png"));
    await utimes(join(folder, "nested/fish.webp"), 0, 0); // as if rewritten in place
    const { index: made, ...counts } = await index();
    expect(counts).toEqual({ embedded: 3, kept: 1, removed: 1, failed: 0, interrupted: false });
    const rowOf = ({ index: of }: { index: typeof made }, path: string): Float32Array => {
      const row = of.pictures.findIndex((picture) => picture.path === path);
      return of.embeddings.slice(row * of.width, (row + 1) * of.width);
    };
    expect(rowOf({ index: made }, "moved.jpg")).toEqual(rowOf(before, "cat.jpg"));
    expect(rowOf({ index: made }, "dog.png")).toEqual(rowOf(before, "owl.jpg"));
  });

  test("names what cannot be read, and goes on", async () => {
    await copyFile(join(pictures, "truncated.jpg"), join(folder, "broken.jpg"));
    const failures: string[] = [];
    const { index: made, failed } = await index({
      onFailure: (path: string, error: Error) => failures.push(`${path}: ${error.message}`),
    });
    expect(failed).toBe(1);
    expect(made.pictures).toHaveLength(4);
    expect(failures).toEqual([expect.stringMatching(/^broken\.jpg: .*broken\.jpg: \d+ bytes are not a whole PNG/)]);
  });

  test("keeps what is done when it is interrupted, and goes on from there", async () => {
    const controller = new AbortController();
    const first = await index({
      signal: controller.signal,
      onProgress: (done: number) => void (done > 0 && controller.abort()),
    });
    expect(first).toMatchObject({ interrupted: true, kept: 0 });
    expect(first.embedded).toBeLessThan(4);
    expect((await openIndex(folder)).pictures).toHaveLength(first.embedded);
    const second = await index();
    expect(second).toMatchObject({ interrupted: false, kept: first.embedded, embedded: 4 - first.embedded });
    expect(second.index.embeddings).toEqual((await indexAnew()).embeddings);
  });

  test("keeps half-precision vectors in half the room", async () => {
    const { index: whole } = await index();
    const { index: halved } = await indexFolder(folder, embedder, {
      out: `${out}-half`,
      model: "tiny",
      dtype: "float16",
    });
    expect(halved.embeddings).toEqual(whole.embeddings); // as computed; the file is rounded
    const read = await openIndex(`${out}-half`);
    expect(read.embeddings).not.toEqual(whole.embeddings);
    expect(Math.max(...read.embeddings.map((value, i) => Math.abs(value - whole.embeddings[i]!)))).toBeLessThan(5e-4);
    const saved = (await stat(out)).size - (await stat(`${out}-half`)).size;
    expect(saved).toBe(2 * 4 * embedder.width);
  });
});

const indexAnew = async () =>
  (await indexFolder(folder, embedder, { out: join(temporary, `${Math.random()}`), model: "tiny" })).index;

describe("what cannot be indexed or opened", () => {
  test("a folder that is not there, or has no pictures", async () => {
    await expect(indexFolder(join(folder, "none"), embedder, { out, model: "tiny" })).rejects.toMatchObject({
      code: "FOLDER_NOT_READABLE",
      message: expect.stringMatching(/none: ENOENT.*\n {2}mend: give a folder of pictures$/),
    });
    const empty = await mkdtemp(join(temporary, "empty-"));
    await expect(indexFolder(empty, embedder, { out, model: "tiny" })).rejects.toMatchObject({
      code: "FOLDER_WITHOUT_PICTURES",
      message: expect.stringContaining("it holds no pictures"),
    });
  });

  test("an index that other weights made", async () => {
    await index();
    const other = join(temporary, "other");
    await cp(join(temporary, "model"), other, { recursive: true });
    const weights = await readFile(join(other, "model.safetensors"));
    weights.fill(0, weights.length - 4096);
    await writeFile(join(other, "model.safetensors"), weights);
    await using stranger = await openEmbedder(other, { cacheDir: "" });
    const misfit = {
      code: "INDEX_OF_OTHER_MODEL",
      message: expect.stringContaining("it was made with tiny, whose weights were others"),
    };
    await expect(indexFolder(folder, stranger, { out, model: "other" })).rejects.toMatchObject(misfit);
    const opened = await openIndex(folder);
    expect(() => demandSameModel(opened, stranger, out)).toThrow(expect.objectContaining({ code: misfit.code }));
    expect(() => demandSameModel(opened, embedder, out)).not.toThrow();
  });

  test("what is no index, and what is not there", async () => {
    await expect(openIndex(join(temporary, "model", "model.safetensors"))).rejects.toMatchObject({
      code: "INDEX_INVALID",
      message: expect.stringContaining("it is not an index of pictures\n  mend: make one with `fovea index FOLDER`"),
    });
    await expect(openIndex(join(folder, "none"))).rejects.toMatchObject({
      code: "INDEX_MISSING",
      message: expect.stringContaining("none: there is no such file or folder"),
    });
    await expect(openIndex(temporary)).rejects.toMatchObject({
      code: "INDEX_MISSING",
      message: expect.stringMatching(
        /the folder has no index of its pictures\n {2}mend: run: fovea index .*fovea-index-/,
      ),
    });
  });
});

test("a search gives the nearest pictures, best first", () => {
  const made = {
    folder: "/",
    model: "tiny",
    fingerprint: "",
    width: 2,
    pictures: ["east", "north", "northeast"].map((path) => ({
      path,
      size: 1,
      modified: 0,
    })),
    embeddings: Float32Array.of(1, 0, 0, 1, Math.SQRT1_2, Math.SQRT1_2),
  };
  const hits = searchIndex(made, Float32Array.of(0.8, 0.6), 2);
  expect(hits.map(({ path, score }) => [path, score])).toEqual([
    ["northeast", expect.closeTo(1.4 * Math.SQRT1_2)],
    ["east", expect.closeTo(0.8)],
  ]);
});
