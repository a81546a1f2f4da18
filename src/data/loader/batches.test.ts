import { describe, expect, test } from "vitest";
import { fold, key, permutation, type Key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { openData } from "../formats/open-data.node.ts";
import { batches, type Batch, type LoaderOptions } from "./batches.ts";
import type { PairSource } from "./pair-source.ts";
import { sampleSource } from "./sample-source.ts";

const side = 4;
const flat = (value: number): RgbImage => ({ data: new Uint8Array(48).fill(value), width: 4, height: 4 });

/** 20 pairs of 10 groups; pair `n` is a flat picture of brightness `n`. Those in `unreadable` are cut files. */
const numbers = (unreadable: readonly number[] = []): PairSource<number> => {
  const { image: broken } = sampleSource(() => openData("", { onDrop: () => {} }));
  const cut = { key: "", image: Uint8Array.of(0xff, 0xd8), captions: [], metadata: {} };
  return {
    pairs: (order) => permutation(order, 20),
    id: (n) => n,
    group: (n) => n % 10,
    image: (n, wanted) => (unreadable.includes(n) ? broken(cut, wanted) : flat(n)),
    caption: (n, random) => `${n}: ${fold(random, "test")[0]}`,
  };
};

const options: LoaderOptions = { batchSize: 6, side, key: key(11) };

async function take<T>(count: number, source: PairSource<T>, changes: Partial<LoaderOptions> = {}): Promise<Batch[]> {
  const taken: Batch[] = [];
  for await (const batch of batches(source, { ...options, ...changes })) {
    taken.push(batch);
    if (taken.length === count) break;
  }
  return taken;
}

/** The pictures of a batch, by their brightness. */
const shown = ({ pixels }: Batch): number[] =>
  Array.from({ length: pixels.length / 48 }, (_, row) => {
    const picture = pixels.subarray(row * 48, (row + 1) * 48);
    expect(new Set(picture).size).toBe(1);
    return picture[0]!;
  });

describe("batches", () => {
  test("hold pictures, captions and groups of the same pairs; an epoch uses a pair once", async () => {
    const epoch = await take(3, numbers());
    const seen = epoch.flatMap(shown);
    expect(new Set(seen).size).toBe(18);
    expect(epoch.map(({ at }) => at)).toEqual([0, 1, 2].map((batch) => ({ epoch: 0, batch })));
    for (const batch of epoch) {
      expect(batch.captions.map((caption) => Number(caption.split(":")[0]))).toEqual(shown(batch));
      expect(batch.groups).toEqual(shown(batch).map((n) => n % 10));
    }
  });

  test("keep groups apart", async () => {
    for (const batch of (await take(9, numbers())).filter(({ at }) => at.batch < 2)) {
      expect(new Set(batch.groups).size).toBe(6);
    }
  });

  test("another epoch, another order and other captions; another key, another run", async () => {
    const [first, , , later] = await take(4, numbers());
    expect(later!.at).toEqual({ epoch: 1, batch: 0 });
    expect(shown(later!)).not.toEqual(shown(first!));
    const draws = (taken: readonly Batch[]): Map<number, string> =>
      new Map(taken.flatMap(({ captions }) => captions.map((caption) => [Number.parseInt(caption, 10), caption])));
    const [epoch0, epoch1] = [draws(await take(3, numbers())), draws((await take(6, numbers())).slice(3))];
    for (const [n, caption] of epoch1) expect(caption).not.toBe(epoch0.get(n));
    expect(shown((await take(1, numbers(), { key: key(12) }))[0]!)).not.toEqual(shown(first!));
  });

  test("resume at any point with the same bytes, however far they were loaded ahead", async () => {
    const augmentation = {
      crop: { scale: [0.3, 1], ratio: [0.5, 2] },
      flip: 0.5,
      jitter: { brightness: 0.5 },
    } as const;
    const whole = await take(8, numbers([3, 17]), { augmentation, ahead: 2 });
    for (const stop of [0, 1, 2, 5]) {
      const start = whole[stop]!.next;
      const rest = await take(8 - stop - 1, numbers([3, 17]), { augmentation, start, ahead: 5, inFlight: 1 });
      expect(rest).toEqual(whole.slice(stop + 1));
    }
  });
});

describe("pictures that cannot be read", () => {
  test("are named, and the next readable pair of the batch stands in", async () => {
    const drops: string[] = [];
    const clean = await take(3, numbers());
    const damaged = await take(3, numbers([3, 17]), { onDrop: (id, reason) => drops.push(`${id} ${reason}`) });
    const replaced = clean.map((batch) => {
      const row = shown(batch);
      return row.map((_, i) => [...row.slice(i), ...row].find((n) => n !== 3 && n !== 17));
    });
    expect(damaged.map(shown)).toEqual(replaced);
    const used = new Set(clean.flatMap(shown));
    const expected = [3, 17].filter((n) => used.has(n)).map((n) => `${n} IMAGE_NOT_DECODABLE`);
    expect(drops.slice(0, expected.length).sort()).toEqual(expected.sort()); // later ones are of epochs loaded ahead
    for (const batch of damaged) {
      expect(batch.captions.map((caption) => Number.parseInt(caption, 10))).toEqual(shown(batch));
    }
  });

  test("stop the run if a whole batch is unreadable", async () => {
    const all = Array.from({ length: 20 }, (_, n) => n);
    await expect(take(1, numbers(all))).rejects.toMatchObject({
      code: "BATCH_UNREADABLE",
      message: expect.stringContaining("epoch 0, batch 0: none of its 6 pictures can be read"),
    });
  });

  test("stop the run if onDrop throws", async () => {
    const onDrop = (): void => {
      throw new Error("too many");
    };
    await expect(take(3, numbers([3, 17]), { onDrop })).rejects.toThrow("too many");
  });
});

test("data for less than one batch is an error, not an endless wait", async () => {
  await expect(take(1, numbers(), { batchSize: 21 })).rejects.toMatchObject({
    code: "DATA_TOO_SMALL",
    message:
      "epoch 0: the data has fewer pairs than one batch of 21\n  mend: give more data, or choose a smaller batch size",
  });
});

test("streams from files: JPEG, PNG and WebP of any size become one batch", async () => {
  const drops: string[] = [];
  const onDrop = (name: string, reason: string): void => void drops.push(`${name} ${reason}`);
  const folder = new URL("../../../fixtures/data/pictures", import.meta.url).pathname;
  const source = sampleSource((_: Key) => openData(folder, { onDrop }));
  const [batch] = await take(1, source, { batchSize: 5, side: 24, ahead: 0, onDrop });
  expect(batch!.pixels).toHaveLength(5 * 3 * 24 * 24);
  const known = ["a cat's face", "a dog's face", "a brown dog", "강아지 얼굴", "a tropical fish", "an owl"];
  for (const caption of batch!.captions) expect(known).toContain(caption);
  expect(new Set(batch!.groups).size).toBe(4); // five with the horse, whose file is cut: another stands in
  expect(drops.slice(0, 3).sort()).toEqual([
    "blank.png CAPTION_EMPTY",
    "truncated.jpg IMAGE_NOT_DECODABLE",
    "uncaptioned.png CAPTION_MISSING",
  ]);
  const corner = Array.from({ length: 5 }, (_, row) => batch!.pixels[row * 3 * 24 * 24]!);
  for (const value of corner) expect(value).toBeGreaterThan(245); // the drawings stand on white
});
