import { expect, test } from "vitest";
import { toFloat16, fromFloat16 } from "../io/float16.ts";
import { unitRows } from "../eval/metrics/similarity.ts";
import { BlockProducts } from "./block-products.ts";
import { searchBlocks } from "./exact-search.ts";
import type { StoredVectors } from "./vector-column.ts";

const width = 20;
const wave = (rows: number, seed: number): Float32Array =>
  unitRows(
    Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i * 0.01 + seed)),
    width,
  );
const vectors = wave(300, 1);
const queries = wave(150, 7); // more than are compared at once

async function* blocks(of: StoredVectors) {
  for (let start = 0; start < 300; start += 130) {
    const rows = Math.min(130, 300 - start);
    yield { start, rows, vectors: of.subarray(start * width, (start + rows) * width) };
  }
}

/** Every product by hand. */
function naive(of: Float32Array, query: number, isAllowed: (row: number) => boolean): { row: number; score: number }[] {
  return Array.from({ length: 300 }, (_, row) => {
    let score = 0;
    for (let i = 0; i < width; i++) score += of[row * width + i]! * queries[query * width + i]!;
    return { row, score };
  })
    .filter(({ row }) => isAllowed(row))
    .sort((a, b) => b.score - a.score)
    .slice(0, 7);
}

test.each([
  ["float32", vectors, vectors],
  ["float16", toFloat16(vectors), fromFloat16(toFloat16(vectors))],
])("finds in blocks of %s what comparing by hand finds", async (_, stored, wide) => {
  await using products = new BlockProducts(width);
  const isAllowed = (row: number): boolean => row % 3 !== 0;
  const found = await searchBlocks(blocks(stored), queries, { width, count: 7, products, isAllowed });
  expect(found).toHaveLength(150);
  for (const [query, rows] of found.entries()) {
    const expected = naive(wide, query, isAllowed);
    expect(rows.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
    expect(Math.max(...rows.map(({ score }, i) => Math.abs(score - expected[i]!.score)))).toBeLessThan(1e-5);
  }
});

test("searches that are under way at once do not mix", async () => {
  await using products = new BlockProducts(width);
  const stored = toFloat16(vectors);
  const search = (query: number, of: StoredVectors) =>
    searchBlocks(blocks(of), queries.subarray(query * width, (query + 1) * width), {
      width,
      count: 7,
      products,
      isAllowed: () => true,
    });
  const asked = Array.from({ length: 24 }, (_, query) => query);
  const found = await Promise.all(asked.map((query) => search(query, query % 2 === 0 ? stored : vectors)));
  const wide = fromFloat16(stored);
  for (const [query, [rows]] of found.entries())
    expect(rows!.map(({ row }) => row)).toEqual(
      naive(query % 2 === 0 ? wide : vectors, query, () => true).map(({ row }) => row),
    );
});
