import { createHash } from "node:crypto";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { platform } from "#platform";
import { key } from "../../engine/random.ts";
import type { Thread } from "../../platform/platform.ts";
import { bundleProgram } from "../../testing/bundle-program.ts";
import { packSamples } from "../pack/pack-samples.node.ts";
import { packSource } from "../pack/pack-source.node.ts";
import { Pack } from "../pack/pack.node.ts";
import type { Sample } from "../sample.ts";
import { batches, type Batch, type LoaderOptions } from "./batches.ts";
import type { PairSource } from "./pair-source.ts";
import { RowWorkers } from "./row-workers.ts";
import { sampleSource } from "./sample-source.ts";

// The sources are TypeScript, which Node's threads do not run: the program is bundled.
const program = vi.hoisted(() => ({ path: "" }));
vi.mock("./row-ticket.ts", () => ({ rowProgram: () => pathToFileURL(program.path) }));

const side = 40;
let folder: string;
let samples: Sample[];

/** Every thread that is started. */
const started: Thread[] = [];

/** A photograph's stand-in, of a size of its own. */
const jpeg = (n: number): Promise<Buffer> => {
  const [width, height] = [60 + 13 * n, 90 + 7 * n];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 100 * Math.sin(i / (30 + n)));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
};

/** A picture in its own file. */
const fileAt = (at: string): { at: string; read: () => Promise<Uint8Array> } => ({
  at,
  read: () => platform.readBytes(at),
});
const sampleOf = (key: string, image: Sample["image"]): Sample => ({
  key,
  image,
  captions: [{ text: key }],
  metadata: {},
});

/** A picture in a file, in memory, as only the loader itself can decode it, and as nobody can. */
async function forms(n: number): Promise<Sample[]> {
  const path = join(folder, `${n}.jpg`);
  const bytes = new Uint8Array(await jpeg(n));
  await writeFile(path, bytes);
  const padded = new Uint8Array(bytes.length + 64); // as an archive has it: a part of more
  padded.set(bytes, 64);
  const png = await sharp(bytes).png().toBuffer();
  const turned = await sharp(bytes).withMetadata({ orientation: 6 }).toBuffer();
  return [
    sampleOf(`${n} file`, fileAt(path)),
    sampleOf(`${n} memory`, padded.subarray(64)),
    sampleOf(`${n} png`, new Uint8Array(png)),
    sampleOf(`${n} turned`, new Uint8Array(turned)),
    sampleOf(`${n} broken`, bytes.subarray(0, bytes.length - 40)),
    sampleOf(`${n} gone`, fileAt(`${path}.gone`)),
  ];
}

beforeAll(async () => {
  program.path = await bundleProgram("../data/loader/row-worker.node.ts");
  folder = await mkdtemp(join(tmpdir(), "fovea-rows-"));
  samples = (await Promise.all(Array.from({ length: 12 }, (_, n) => forms(n)))).flat();
  const { threads } = platform;
  if (threads === undefined) throw new Error("this platform has no threads");
  const start = threads.start.bind(threads);
  vi.spyOn(threads, "start").mockImplementation((at) => {
    const thread = start(at);
    if (thread !== undefined) started.push(thread);
    return thread;
  });
});
afterAll(() => Promise.all([rm(program.path), rm(folder, { recursive: true })]));
beforeEach(() => void started.splice(0));

/** Waits until all threads that were started are there. */
const allStarted = (): Promise<void> =>
  vi.waitFor(() => expect(started.every((thread) => thread.isReady())).toBe(true), { timeout: 30_000 });

const allSamples = (): PairSource<Sample> => sampleSource(() => Readable.from(samples));

const options = { batchSize: 9, side, key: key(5) };

/** Batches, and the pairs of which the loader itself decoded a picture after all threads had started. */
async function take<T>(
  count: number,
  source: PairSource<T>,
  changes: Partial<LoaderOptions> = {},
): Promise<{ taken: Batch[]; asked: string[] }> {
  started.splice(0);
  const taken: Batch[] = [];
  const asked: string[] = [];
  const noted: PairSource<T> = {
    ...source,
    async *pairs(order) {
      await allStarted();
      yield* source.pairs(order);
    },
    image: (pair, wanted) => {
      asked.push(String(source.id(pair)));
      return source.image(pair, wanted);
    },
  };
  for await (const batch of batches(noted, { ...options, ...changes })) {
    taken.push(batch);
    if (taken.length === count) break;
  }
  return { taken, asked };
}

/** A batch that is quick to compare. */
const summary = ({ pixels, ...rest }: Batch): object => ({
  ...rest,
  pixels: createHash("sha256").update(pixels).digest("hex"),
});

describe.each([
  ["as they are", {}],
  ["cropped and mirrored", { crop: { scale: [0.3, 1], ratio: [0.5, 2] }, flip: 0.5 }],
  ["recoloured", { jitter: { hue: 0.3, contrast: 0.5 }, grey: 0.3, antialias: false }],
] as const)("pictures, %s", (_, augmentation) => {
  test("are the same whoever loads them, and drops too; threads leave to the loader what they cannot decode", async () => {
    const source = allSamples();
    const dropsOf: Set<string>[] = [];
    const load = async (workers: number) => {
      const drops = new Set<string>();
      dropsOf.push(drops);
      const onDrop = (id: string, reason: string): void => void drops.add(`${id} ${reason}`);
      return take(6, source, { augmentation, workers, onDrop, ahead: 0 });
    };
    const alone = await load(0);
    const names = alone.taken.flatMap(({ captions }) => captions);
    expect(names.some((name) => name.endsWith("file"))).toBe(true);
    for (const workers of [1, 3]) {
      const { taken, asked } = await load(workers);
      expect(taken.map(summary)).toEqual(alone.taken.map(summary));
      expect(asked.filter((id) => /file|memory/.test(id))).toEqual([]);
      expect(asked.some((id) => id.endsWith("png"))).toBe(true);
    }
    expect(dropsOf[0]!.size).toBeGreaterThan(5);
    expect(dropsOf[1]).toEqual(dropsOf[0]);
    expect(dropsOf[2]).toEqual(dropsOf[0]);
  });
});

test("a stream that goes on in the middle of an epoch gives the same bytes, in memory used again too", async () => {
  const source = allSamples();
  const augmentation = { crop: { scale: [0.5, 1], ratio: [1, 1] }, flip: 0.5 } as const;
  const { taken } = await take(10, source, { augmentation, workers: 2 });
  const start = taken[4]!.next;
  const rest: Batch[] = [];
  for await (const batch of batches(source, { ...options, augmentation, workers: 1, start, reuse: true })) {
    rest.push({ ...batch, pixels: batch.pixels.slice() });
    if (rest.length === 5) break;
  }
  expect(rest.map(({ at }) => at)).toEqual(taken.slice(5).map(({ at }) => at));
  for (const [i, { pixels }] of rest.entries()) expect(Buffer.compare(pixels, taken[5 + i]!.pixels)).toBe(0);
});

test("threads end with the stream", async () => {
  await take(1, allSamples(), { workers: 2 });
  expect(started).toHaveLength(2);
  const isEnded = (thread: Thread): boolean => {
    try {
      return !thread.isReady();
    } catch {
      return true;
    }
  };
  await vi.waitFor(() => expect(started.every(isEnded)).toBe(true), { timeout: 30_000 });
});

describe("a pack", () => {
  test.each(["raw", "jpeg"] as const)("of %s records is read by threads, the same bytes", async (records) => {
    const path = join(folder, records);
    await packSamples(() => Readable.from(samples), path, { side, fit: "fill", records });
    const pack = await Pack.open(path);
    try {
      for (const augmentation of [
        {},
        { flip: 0.5, grey: 0.3 },
        { crop: { scale: [0.3, 1], ratio: [1, 2] } },
      ] as const) {
        const alone = await take(4, packSource(pack), { augmentation, workers: 0 });
        const { taken, asked } = await take(4, packSource(pack), { augmentation, workers: 2 });
        expect(taken.map(summary)).toEqual(alone.taken.map(summary));
        expect(asked).toEqual([]);
      }
    } finally {
      pack.close();
    }
  });

  test("whose record is damaged: it is dropped in every epoch, and no checksum is compared twice", async () => {
    const path = join(folder, "damaged");
    await packSamples(() => Readable.from(samples), path, { side, fit: "fill" });
    const file = await open(join(path, "images.bin"), "r+");
    await file.write(Uint8Array.of(1, 2, 3), 0, 3, 7 * 3 * side * side);
    await file.close();
    const pack = await Pack.open(path);
    try {
      const drops: string[] = [];
      const onDrop = (id: string, reason: string): void => void drops.push(`${id} ${reason}`);
      const perEpoch = Math.floor(pack.count / options.batchSize);
      const epochs = 6;
      await take(epochs * perEpoch, packSource(pack), { workers: 2, onDrop, ahead: 0 });
      expect(new Set(drops)).toEqual(new Set(["7 PACK_DAMAGED"]));
      expect(drops.length).toBeGreaterThan(1);
      expect(pack.stored(7).checksum).toBeTypeOf("number");
      expect(pack.stored(8).checksum).toBeUndefined();
    } finally {
      pack.close();
    }
  });
});

describe("what goes wrong in a thread", () => {
  /** Starts a thread, and asks it for rows of the given files. */
  async function write(paths: readonly string[], pixels: Uint8Array): Promise<ReadonlySet<number>> {
    const workers = RowWorkers.start(1);
    try {
      await allStarted();
      const source = allSamples();
      const pairs = paths.map((path) => sampleOf("sample", fileAt(path)));
      const view = { shape: { width: side, height: side }, augmentation: {} };
      return (await workers?.write(source, pairs, () => key(1), pixels, view)) ?? new Set();
    } finally {
      workers?.end();
    }
  }
  const stride = 3 * side * side;
  const shared = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

  test("files that are missing, are no JPEG, or break off are left to the loader", async () => {
    const whole = join(folder, "1.jpg");
    const odd = join(folder, "odd.jpg");
    await writeFile(odd, "no picture");
    const cut = join(folder, "cut.jpg");
    await writeFile(cut, (await jpeg(2)).subarray(0, 900));
    const pixels = shared(5 * stride);
    const written = await write([whole, `${whole}.gone`, odd, cut, whole], pixels);
    expect([...written]).toEqual([0, 4]);
    expect(pixels.subarray(0, stride)).toEqual(pixels.subarray(4 * stride));
    expect(pixels.subarray(0, stride).some((value) => value > 0)).toBe(true);
  });

  test("an error that nobody expects names the file", async () => {
    const path = join(folder, "3.jpg");
    await expect(write([path], shared(10))).rejects.toThrow(`${path}: offset is out of bounds`);
  });
});
