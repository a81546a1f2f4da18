import { expect, test } from "vitest";
import { key, permutation } from "../../engine/random.ts";
import { composeBatches } from "./compose.ts";

/** Batches of words; words with the same first letter are one group. */
async function compose(words: readonly string[], size: number): Promise<string[]> {
  const result: string[] = [];
  for await (const batch of composeBatches(words, size, (word) => word[0]!)) result.push(batch.join(" "));
  return result;
}

test("a pair of a group that is there already waits for the next batch", async () => {
  expect(await compose(["a1", "b1", "a2", "c1", "a3", "b2", "d1", "e1", "f1"], 3)).toEqual([
    "a1 b1 c1",
    "a2 b2 d1",
    "a3 e1 f1",
  ]);
});

test("where the data leaves no choice a group appears twice; too few for a batch are dropped", async () => {
  expect(await compose(["a1", "a2", "a3", "b1", "b2"], 2)).toEqual(["a1 b1", "a2 b2"]);
  expect(await compose(["a1", "a2", "a3", "a4", "a5"], 2)).toEqual(["a1 a2", "a3 a4"]);
});

test("what waits is bounded: with one group, batches come long before the end", async () => {
  let read = 0;
  const words = function* (): Generator<string> {
    for (; read < 1000; read++) yield `a${read}`;
  };
  const { value } = await composeBatches(words(), 4, (word) => word[0]!).next();
  expect(value).toEqual(["a0", "a1", "a2", "a3"]);
  expect(read).toBeLessThan(20);
});

test("four pictures of each concept: every pair at most once, nearly all used, no concept twice in a batch", async () => {
  const [concepts, size] = [500, 64];
  const pairs = Array.from(permutation(key(3), 4 * concepts), (n) => `${String.fromCharCode(0x4e00 + (n >> 2))}${n}`);
  const batches = (await compose(pairs, size)).map((batch) => batch.split(" "));
  const used = batches.flat();
  expect(new Set(used).size).toBe(used.length);
  expect(used.length).toBe(Math.floor((4 * concepts) / size) * size);
  const repeats = batches.map((batch) => batch.length - new Set(batch.map((word) => word[0])).size);
  expect(repeats.slice(0, -1).every((count) => count === 0)).toBe(true); // the last batch takes what is left
  expect(repeats.at(-1)).toBeLessThan(size / 4);
});
