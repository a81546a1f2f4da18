import { expect, test } from "vitest";
import { fold, key } from "../../engine/random.ts";
import { shuffled } from "./shuffle.ts";

async function order(count: number, capacity: number, seed: number): Promise<number[]> {
  const input = async function* (): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) yield i;
  };
  const output: number[] = [];
  for await (const item of shuffled(input(), capacity, key(seed))) output.push(item);
  return output;
}

test("everything comes out once; the key decides the order", async () => {
  const mixed = await order(100, 16, 1);
  expect([...mixed].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(await order(100, 16, 1)).toEqual(mixed);
  expect(await order(100, 16, 2)).not.toEqual(mixed);
});

test("nothing comes out before the buffer is full, so no item is early by more than its capacity", async () => {
  (await order(200, 10, 3)).forEach((item, place) => expect(item - place).toBeLessThanOrEqual(10));
});

test("a buffer for everything makes each order of three equally likely", async () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 1200; i++) {
    const seen = (await order(3, 3, fold(key(4), i)[0])).join("");
    counts.set(seen, (counts.get(seen) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  // Expected 200 each, standard deviation 13.
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(55);
});

test("an empty stream stays empty", async () => {
  expect(await order(0, 4, 1)).toEqual([]);
});
