import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readWordVectors } from "./word-vectors.node.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-words-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The package's layout: words in order of frequency, vectors by word, each followed by its norm and its place. */
async function packageOf(words: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const vectors = Object.entries(words).map(([word, vector], at) => [word, [...vector, Math.hypot(...vector), at]]);
  const path = join(folder, "vectors.json");
  const whole = { precision: 8, dimensions: 100, words: Object.keys(words), vectors: Object.fromEntries(vectors) };
  await writeFile(path, JSON.stringify({ ...whole, unkVector: Array(102).fill(0) }));
  return path;
}

const vector = (value: number): number[] => Array.from({ length: 100 }, (_, i) => value + i);

test("gives the most frequent words in order, whatever characters they have", async () => {
  const path = await packageOf({ the: vector(0), '"': vector(-5), "a\\b": vector(0.25), rare: vector(9) });
  const { words, width, vectors } = await readWordVectors(3, path);
  expect(words).toEqual(["the", '"', "a\\b"]);
  expect(width).toBe(100);
  expect(Array.from(vectors)).toEqual([...vector(0), ...vector(-5), ...vector(0.25)]);
});

test("reads files longer than one piece, and stops at the last word", async () => {
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`word${i}`, vector(i)]));
  const { words, vectors } = await readWordVectors(9999, await packageOf(many));
  expect(words).toEqual(Object.keys(many));
  expect(vectors.at(-1)).toBe(2999 + 99);
});

test("refuses a file that is not what it should be", async () => {
  const short = await packageOf({ the: [1, 2, 3] });
  await expect(readWordVectors(1, short)).rejects.toMatchObject({
    code: "PACKAGE_MALFORMED",
    message: expect.stringContaining("a vector has not 100 numbers") as unknown,
  });
  await writeFile(short, "{}");
  await expect(readWordVectors(1, short)).rejects.toMatchObject({ code: "PACKAGE_MALFORMED" });
});
