import { describe, expect, test, vi } from "vitest";
import { key, permutation } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { batches, type Batch, type LoaderOptions } from "./batches.ts";
import { pictureShapes } from "./buckets.ts";
import { mixPart, mixSources } from "./mix.ts";
import type { PairSource } from "./pair-source.ts";

/** 60 pairs; picture `n` is flat, of brightness `n`, and wider with every `n`. Those in `unreadable` cannot be read. */
const numbers = (unreadable: readonly number[] = []): PairSource<number> => ({
  pairs: (order) => permutation(order, 60),
  id: (n) => n,
  group: (n) => n,
  image: (n) => {
    if (unreadable.includes(n)) throw new InputError("IMAGE_NOT_DECODABLE", String(n), "cut", "replace it");
    return { data: new Uint8Array(3 * (8 + n) * 32).fill(n), width: 8 + n, height: 32 };
  },
  caption: (n) =>
    Array<string>(1 + (n % 7))
      .fill(`word${n}`)
      .join(" "),
  size: (n) => ({ width: 8 + n, height: 32 }),
});

type Changes = Partial<Omit<LoaderOptions, "batchSize" | "side" | "buckets">>;

async function take<T>(count: number, source: PairSource<T>, form: object, changes: Changes = {}): Promise<Batch[]> {
  const taken: Batch[] = [];
  const options: LoaderOptions = { batchSize: 12, side: 4, key: key(5), ...form, ...changes };
  for await (const batch of batches(source, options)) {
    taken.push(batch);
    if (taken.length === count) break;
  }
  return taken;
}

const buckets = {
  budget: 80,
  pictures: pictureShapes(8, 4, 4),
  patch: 4,
  multiple: 2,
  text: { count: (caption: string) => caption.split(" ").length, lengths: [4, 8] },
};

describe("ranks", () => {
  const joined = (parts: readonly Batch[]): Omit<Batch, "at" | "next"> => ({
    shape: parts[0]!.shape,
    pixels: Uint8Array.from(parts.flatMap(({ pixels }) => [...pixels])),
    captions: parts.flatMap(({ captions }) => captions),
    groups: parts.flatMap(({ groups }) => groups),
  });

  test.each([
    ["even batches", {}, [2, 3, 4]],
    ["buckets", { buckets }, [2]],
  ])("together load what one loads alone: %s", async (_, form, counts) => {
    const source = numbers([7, 8, 20, 41]);
    const alone = await take(8, source, form);
    for (const ranks of counts) {
      const each = await Promise.all(
        Array.from({ length: ranks }, (__, rank) => take(8, source, form, { part: { rank, ranks } })),
      );
      for (const [i, { at, next, ...whole }] of alone.entries()) {
        expect(joined(each.map((taken) => taken[i]!))).toEqual(whole);
        for (const taken of each) expect([taken[i]!.at, taken[i]!.next]).toEqual([at, next]);
      }
    }
  });

  test("that do not divide the batch are refused", async () => {
    await expect(take(1, numbers(), {}, { part: { rank: 0, ranks: 5 } })).rejects.toMatchObject({
      code: "BATCH_NOT_DIVISIBLE",
      message: expect.stringContaining("batches of a multiple of 12 cannot be divided among 5 ranks"),
    });
    await expect(take(1, numbers(), {}, { part: { rank: 2, ranks: 2 } })).rejects.toThrow("rank 2");
  });
});

describe("buckets", () => {
  test("pictures keep their aspect ratio, captions their length, and a batch its budget", async () => {
    const epoch = (await take(30, numbers(), { buckets })).filter(({ at }) => at.epoch === 0);
    const seen = epoch.flatMap(({ groups }) => groups);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(60 - 2 * epoch.length); // odd ones of a bucket are left
    for (const { shape, captions, groups, pixels } of epoch) {
      const tokens = (shape.width * shape.height) / 16 + shape.textTokens!;
      expect(captions.length * tokens).toBeLessThanOrEqual(80);
      expect(pixels).toHaveLength(captions.length * 3 * shape.width * shape.height);
      for (const caption of captions) expect(caption.split(" ").length <= 4).toBe(shape.textTokens === 4);
      for (const n of groups) {
        const off = Math.abs(Math.log((8 + Number(n)) / 32 / (shape.width / shape.height)));
        const others = buckets.pictures.map(({ width, height }) =>
          Math.abs(Math.log((8 + Number(n)) / 32 / (width / height))),
        );
        expect(off).toBeCloseTo(Math.min(...others), 12);
      }
    }
    expect(new Set(epoch.map(({ shape }) => shape.width)).size).toBeGreaterThan(2);
  });

  test("resume in the middle of an epoch with the same bytes, mixed sources too", async () => {
    const parts = [mixPart("a", numbers([9]), 1), mixPart("b", numbers(), 1)];
    const source = mixSources(parts, { length: 80, temperature: 2 });
    const augmentation = {
      crop: { scale: [0.5, 1], ratio: [0.8, 1.25] },
      flip: 0.5,
      jitter: { brightness: 0.3 },
    } as const;
    const whole = await take(24, source, { buckets }, { augmentation });
    expect(whole.at(-1)!.at.epoch).toBeGreaterThan(0);
    for (const stop of [3, 17]) {
      const rest = await take(
        24 - stop - 1,
        source,
        { buckets },
        { augmentation, start: whole[stop]!.next, inFlight: 1, ahead: 0 },
      );
      expect(rest).toEqual(whole.slice(stop + 1));
    }
  });

  test("need a source that knows sizes", async () => {
    const { size: _, ...source } = numbers();
    await expect(take(1, source, { buckets })).rejects.toMatchObject({
      code: "BUCKETS_INVALID",
      message: expect.stringContaining("the source does not tell the sizes of its pictures"),
    });
  });
});

describe("back-pressure", () => {
  test("no more pictures are under way than asked for, and a consumer that stops asking stops the reading", async () => {
    let [running, most, started] = [0, 0, 0];
    const plain = numbers();
    const source: PairSource<number> = {
      ...plain,
      image: async (n, wanted) => {
        started++;
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return plain.image(n, wanted);
      },
    };
    const stream = batches(source, { batchSize: 12, side: 4, key: key(1), ahead: 2, inFlight: 5 });
    await stream.next();
    await vi.waitFor(() => expect(started).toBe(3 * 12)); // the one given out and two ahead
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([started, most]).toEqual([3 * 12, 5]);
    await stream.next();
    await vi.waitFor(() => expect(started).toBe(4 * 12));
  });
});

describe("memory that is used again", () => {
  test("holds the same pixels until the second batch after it is asked for", async () => {
    const fresh = await take(9, numbers(), { buckets });
    const memory = new Set<ArrayBufferLike>();
    let before = fresh[0]!;
    let i = 0;
    for await (const batch of batches(numbers(), { buckets, key: key(5), ahead: 2, reuse: true })) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // what is loaded ahead is loaded
      expect(before.pixels).toEqual(fresh[Math.max(0, i - 1)]!.pixels);
      expect(batch.pixels).toEqual(fresh[i]!.pixels);
      before = batch;
      if (i >= 5) memory.add(batch.pixels.buffer); // buffers have grown to the largest shape
      if (++i === fresh.length) break;
    }
    expect(memory.size).toBeLessThanOrEqual(4);
  });
});
