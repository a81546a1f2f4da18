import { describe, expect, test } from "vitest";
import { key, permutation } from "../../engine/random.ts";
import { batchSizeOf, BucketComposer, nearestShape, pictureShapes, type Buckets } from "./buckets.ts";

/** 12 patches of 16 px: 3 x 4, 4 x 3 and 6 x 2 of them lie within 1 : 3. */
const shapes = [
  { width: 48, height: 64 },
  { width: 64, height: 48 },
  { width: 96, height: 32 },
];
const buckets: Buckets = { budget: 60, pictures: shapes, patch: 16 };
const words = (caption: string): number => caption.split(" ").length;

test("shapes have at most so many patches, and as many rows as fit", () => {
  // Columns 2 to 6 of 12 patches: 2 x 6, 3 x 4, 4 x 3, 5 x 2, 6 x 2. One and twelve columns are too long.
  expect(pictureShapes(12, 16, 3)).toEqual([
    { width: 32, height: 96 },
    { width: 48, height: 64 },
    { width: 64, height: 48 },
    { width: 80, height: 32 },
    { width: 96, height: 32 },
  ]);
  expect(pictureShapes(196, 16, 1)).toEqual([{ width: 224, height: 224 }]); // CLIP's 14 x 14
});

test("a picture goes to the nearest ratio, by its logarithm", () => {
  expect(nearestShape({ width: 640, height: 480 }, shapes)).toBe(shapes[1]);
  expect(nearestShape({ width: 3000, height: 4000 }, shapes)).toBe(shapes[0]);
  expect(nearestShape({ width: 190, height: 100 }, shapes)).toBe(shapes[1]); // 1.9 is 1.43 times 4/3, 3 is 1.58 times 1.9
  expect(nearestShape({ width: 210, height: 100 }, shapes)).toBe(shapes[2]);
  expect(nearestShape(undefined, shapes)).toBe(shapes[0]); // square: both 3:4 and 4:3 are as near
});

describe("batches within a budget of tokens", () => {
  test("have as many pairs as fit, in multiples", () => {
    expect(batchSizeOf(shapes[0]!, buckets)).toBe(5); // 12 tokens each
    expect(batchSizeOf({ ...shapes[0]!, textTokens: 8 }, buckets)).toBe(3); // 20 each
    expect(batchSizeOf(shapes[0]!, { ...buckets, multiple: 2 })).toBe(4);
  });

  const compose = (form: Buckets, count: number, seed: number): (readonly [string, number[]])[] => {
    const composer = new BucketComposer<number>(form, (n) => n);
    const shapeOf = (n: number) =>
      composer.shapeOf(n % 3 === 0 ? { width: 3, height: 4 } : { width: 4, height: 3 }, () => "a b");
    const out = [...permutation(key(seed), count)].flatMap((n) => [...composer.add(n, shapeOf(n))]);
    return [...out, ...composer.end()].map(([{ width, height }, pairs]) => [`${width}x${height}`, pairs] as const);
  };

  test("hold pictures of one shape; every pair once", () => {
    const made = compose(buckets, 100, 1);
    for (const [shape, pairs] of made) for (const n of pairs) expect(shape).toBe(n % 3 === 0 ? "48x64" : "64x48");
    expect(made.flatMap(([, pairs]) => pairs).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(made.slice(0, -2).every(([, pairs]) => pairs.length === 5)).toBe(true); // 34 and 66 leave 4 and 1
    expect(
      made
        .slice(-2)
        .map(([, pairs]) => pairs.length)
        .sort((a, b) => a - b),
    ).toEqual([1, 4]);
    expect(compose(buckets, 100, 1)).toEqual(made);
  });

  test("what fills no batch is dropped on demand, or cut to the multiple", () => {
    expect(compose({ ...buckets, rest: "drop" }, 100, 1).every(([, pairs]) => pairs.length === 5)).toBe(true);
    const even = compose({ ...buckets, multiple: 2 }, 99, 1); // 33 and 66: the odd one of 33 has no partner
    expect(even.flatMap(([, pairs]) => pairs)).toHaveLength(98);
    expect(even.every(([, pairs]) => pairs.length % 2 === 0)).toBe(true);
  });

  test("captions are gathered by the length that holds them", () => {
    const composer = new BucketComposer<number>({ ...buckets, text: { count: words, lengths: [4, 2, 8] } }, (n) => n);
    const lengths = ["a", "a b", "a b c", "a b c d e f g h i"].map(
      (text) => composer.shapeOf(undefined, () => text).textTokens,
    );
    expect(lengths).toEqual([2, 2, 4, 8]);
  });
});

test.each<[string, Partial<Buckets>, string]>([
  ["no shape", { pictures: [] }, "there is no shape of pictures"],
  ["no length", { text: { count: words, lengths: [] } }, "there is no length of captions"],
  ["an odd side", { patch: 20 }, "the shape 48 x 64 px is no multiple of the patch of 20 px"],
  ["a small budget", { budget: 11 }, "1 x 48 x 64 px with 0 text tokens are more than the budget of 11 tokens"],
  [
    "long captions",
    { text: { count: words, lengths: [8, 49] } },
    "1 x 48 x 64 px with 49 text tokens are more than the budget of 60 tokens",
  ],
])("%s is refused", (_, changes, found) => {
  expect(() => new BucketComposer({ ...buckets, ...changes }, () => 0)).toThrow(
    expect.objectContaining({ code: "BUCKETS_INVALID", message: expect.stringContaining(found) }),
  );
});
