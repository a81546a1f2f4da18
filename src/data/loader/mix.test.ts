import { expect, test } from "vitest";
import { key, permutation, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { mixPart, mixQuotas, mixSources, type MixedPair } from "./mix.ts";
import type { PairSource } from "./pair-source.ts";

const numbers = (count: number, side?: number): PairSource<number> => ({
  pairs: (order) => permutation(order, count),
  id: (n) => n,
  group: (n) => n,
  image: (n) => ({ data: new Uint8Array(3).fill(n), width: 1, height: 1 }),
  caption: (n) => String(n),
  ...(side && { planes: { width: side, height: side, read: async (n, target) => void target.fill(n) } }),
});

async function take(source: PairSource<MixedPair>, order: Key): Promise<MixedPair[]> {
  const taken: MixedPair[] = [];
  for await (const pair of source.pairs(order)) taken.push(pair);
  return taken;
}

test("shares follow the weights, flattened by the temperature", () => {
  expect(mixQuotas([300, 100], 40, 1)).toEqual([30, 10]);
  expect(mixQuotas([300, 100], 40, 2)).toEqual([25, 15]); // the roots 17.3 and 10: 25.36 and 14.64
  expect(mixQuotas([300, 100], 40, 1e9)).toEqual([20, 20]);
  expect(mixQuotas([1, 1, 1], 10, 1)).toEqual([4, 3, 3]); // nothing is lost to rounding
  expect(mixQuotas([1e300, 1e300], 2, 0.01)).toEqual([1, 1]);
});

test("sources that weigh what they have are seen once in an epoch, in an order that the key decides", async () => {
  const source = mixSources([mixPart("a", numbers(30), 30), mixPart("b", numbers(10), 10)], { length: 40 });
  const epoch = (await take(source, key(1))).map(({ id }) => id);
  expect(new Set(epoch).size).toBe(40);
  expect(epoch.filter((id) => id.startsWith("a/"))).toHaveLength(30);
  expect((await take(source, key(1))).map(({ id }) => id)).toEqual(epoch);
  expect((await take(source, key(2))).map(({ id }) => id)).not.toEqual(epoch);
  // Mixed throughout: the first half has about half of the small source. Hypergeometric: mean 5, deviation 1.4.
  const early = epoch.slice(0, 20).filter((id) => id.startsWith("b/")).length;
  expect(Math.abs(early - 5)).toBeLessThanOrEqual(4);
});

test("a source that is asked for more begins again in another order, and its pairs know that", async () => {
  const source = mixSources([mixPart("big", numbers(30), 1), mixPart("small", numbers(5), 1)], { length: 30 });
  const small = (await take(source, key(4))).filter(({ id }) => id.startsWith("small/"));
  expect(small.map(({ visit }) => visit)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  const passes = [0, 5, 10].map((from) => small.slice(from, from + 5).map(({ id }) => id));
  for (const pass of passes) expect(new Set(pass).size).toBe(5);
  expect(passes[1]).not.toEqual(passes[0]);
});

test("pictures are ready if all sources keep them at one size", async () => {
  const mix = (...sides: (number | undefined)[]): PairSource<MixedPair> =>
    mixSources(
      sides.map((side, i) => mixPart(String(i), numbers(3, side), 1)),
      { length: 6 },
    );
  const ready = mix(8, 8);
  expect(ready.planes).toMatchObject({ width: 8, height: 8 });
  const [first] = await take(ready, key(1));
  const target = new Uint8Array(4).fill(255);
  await ready.planes!.read(first!, target);
  expect(String(target[3])).toBe(first!.caption(key(0)));
  expect([mix(8, 4).planes, mix(8, undefined).planes, mix(undefined, 8).planes]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("mixtures that make no sense are refused", async () => {
  const part = mixPart("a", numbers(3), 1);
  const refusal = (mix: () => unknown): unknown => {
    try {
      return mix();
    } catch (error) {
      return error instanceof InputError ? `${error.code} ${error.found}` : error;
    }
  };
  expect(refusal(() => mixSources([part], { length: 1, temperature: 0 }))).toBe("MIX_INVALID a temperature of 0");
  expect(refusal(() => mixSources([], { length: 1 }))).toBe("MIX_INVALID no source");
  expect(refusal(() => mixSources([mixPart("a", numbers(3), -1)], { length: 1 }))).toBe("MIX_INVALID a weight of -1");
  const empty = mixSources([part, mixPart("void", numbers(0), 1)], { length: 6 });
  await expect(take(empty, key(1))).rejects.toMatchObject({
    code: "DATA_EMPTY",
    message: expect.stringContaining("void: the source has no pairs"),
  });
});
