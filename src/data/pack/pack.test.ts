import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { platform } from "#platform";
import { key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { gates } from "../../testing/gates.ts";
import { openData } from "../formats/open-data.node.ts";
import { batches, type Batch, type LoaderOptions } from "../loader/batches.ts";
import type { PairSource } from "../loader/pair-source.ts";
import type { Sample } from "../sample.ts";
import { packFiles } from "./layout.ts";
import { packSamples, type PackOptions } from "./pack-samples.node.ts";
import { packSource } from "./pack-source.node.ts";
import { Pack } from "./pack.node.ts";

const count = 24;
const side = 8;

/** 16 x 8 pixels of one colour. */
const flat = (...colour: [number, number, number]): RgbImage => ({
  data: Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => colour[i % 3]!),
  width: 16,
  height: 8,
});
const picture = (n: number): RgbImage => flat(n, 100 + n, 7);

/** 24 samples, every second one as a PNG file, and two that cannot be read. */
async function* samples(): AsyncGenerator<Sample> {
  for (let n = 0; n < count; n++) {
    if (n === 5) yield { key: "cut", image: Uint8Array.of(0xff, 0xd8), captions: [{ text: "cut" }], metadata: {} };
    yield {
      key: `picture ${n}`,
      image: n % 2 === 0 ? picture(n) : await platform.encodePng(picture(n)),
      captions: [{ text: `Caption ${n % 20}`, language: "en" }, { text: "둘째" }],
      boxes: [{ label: "right half", x: 8, y: 0, width: 8, height: 8 }],
      metadata: { n, url: `https://example.org/${n}` },
    };
  }
  yield {
    key: "gone",
    image: {
      read: () => Promise.reject(new InputError("FILE_NOT_READABLE", "gone", "no such file", "check the path")),
    },
    captions: [],
    metadata: {},
  };
}

let folder: string;
let whole: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-pack-"));
  whole = join(folder, "whole");
  await packSamples(samples, whole, { side, fit: "fill" });
});
afterAll(() => rm(folder, { recursive: true }));

const planesOf = (n: number): number[] => [n, 100 + n, 7].flatMap((value) => Array<number>(side * side).fill(value));

describe("a pack", () => {
  test("gives every picture and text by its number, in any order", async () => {
    const pack = await Pack.open(whole);
    expect(pack.count).toBe(count);
    expect(pack.manifest).toMatchObject({ records: "raw", width: side, height: side, images: count * 3 * side * side });
    for (const n of [23, 0, 7, 12, 7]) {
      expect([...(await pack.image(n))]).toEqual(planesOf(n));
      expect(pack.sample(n)).toEqual({
        key: `picture ${n}`,
        captions: [{ text: `Caption ${n % 20}`, language: "en" }, { text: "둘째" }],
        boxes: [{ label: "right half", x: 4, y: 0, width: 4, height: 8 }],
        metadata: { n, url: `https://example.org/${n}` },
      });
    }
    expect(pack.group(21)).toBe(pack.group(1)); // "Caption 1"
    expect(new Set(Array.from({ length: count }, (_, n) => pack.group(n))).size).toBe(20);
    await pack.verify();
    expect(() => pack.sample(count)).toThrow(RangeError);
    pack.close();
  });

  test("counts what it leaves out, by reason", async () => {
    const drops: string[] = [];
    const onDrop = (name: string, reason: string): void => void drops.push(`${name} ${reason}`);
    const open = (drop: (key: string, reason: string) => void): AsyncIterable<Sample> => {
      drop("blank", "CAPTION_EMPTY"); // as readers do
      return samples();
    };
    const manifest = await packSamples(open, join(folder, "counted"), { side, onDrop });
    expect(manifest.count).toBe(count);
    expect(manifest.dropped).toEqual({ CAPTION_EMPTY: 1, IMAGE_NOT_DECODABLE: 1, FILE_NOT_READABLE: 1 });
    expect(drops.sort()).toEqual(["blank CAPTION_EMPTY", "cut IMAGE_NOT_DECODABLE", "gone FILE_NOT_READABLE"]);
  });

  test("is read as samples again", async () => {
    const read: Sample[] = [];
    for await (const sample of openData(whole, { onDrop: () => {} })) read.push(sample);
    expect(read.map(({ key: name }) => name)).toEqual(Array.from({ length: count }, (_, n) => `picture ${n}`));
    expect(read[3]!.image).toEqual({
      data: Uint8Array.from({ length: 3 * side * side }, (_, i) => [3, 103, 7][i % 3]!),
      width: side,
      height: side,
    });
  });

  test.each([
    ["cover", [8, 8], [20, 120]],
    ["fill", [8, 8], [20, 120]],
    ["contain", [8, 8], [20, 120]],
    ["inside", [8, 4], [20, 120]],
  ] as const)("of JPEG files: %s", async (fit, [width, height], [left, right]) => {
    const path = join(folder, `jpeg-${fit}`);
    const halves = flat(120, 120, 120);
    for (let i = 0; i < halves.data.length; i++) if (i % 48 < 24) halves.data[i] = 20;
    const file = await platform.encodePng(halves);
    const one = async function* (): AsyncGenerator<Sample> {
      yield { key: "halves", image: file, captions: [], metadata: {} };
    };
    await packSamples(one, path, { side, fit, records: "jpeg", quality: 95, background: [200, 200, 200] });
    const pack = await Pack.open(path);
    expect(pack.size(0)).toEqual({ width, height });
    const shown = await platform.decodeImage(await pack.image(0));
    expect([shown.width, shown.height]).toEqual([width, height]);
    const near = (x: number, y: number, wanted: number): void =>
      expect(Math.abs(shown.data[3 * (y * width + x)]! - wanted)).toBeLessThan(16);
    near(0, height / 2, left);
    near(7, height / 2, right);
    if (fit === "contain") for (const y of [0, 1, 6, 7]) near(3, y, 200);
    pack.close();
  });
});

describe("the loader on a pack", () => {
  const take = async (source: PairSource<number>, changes: Partial<LoaderOptions> = {}): Promise<Batch[]> => {
    const taken: Batch[] = [];
    for await (const batch of batches(source, { batchSize: 6, side, key: key(3), ...changes })) {
      taken.push(batch);
      if (taken.length === 6) break;
    }
    return taken;
  };

  test("records copied as they are, mirrored or not, equal those that are augmented", async () => {
    const pack = await Pack.open(whole);
    const source = packSource(pack);
    const { planes, ...plain } = source;
    expect(planes).toBeDefined();
    for (const augmentation of [{}, { flip: 0.5 }]) {
      const copied = await take(source, { augmentation });
      expect(copied).toEqual(await take(plain, { augmentation }));
    }
    const [batch] = await take(source);
    for (const [row, caption] of batch!.captions.entries()) {
      const n = batch!.pixels[row * 3 * side * side]!;
      expect([`Caption ${n % 20}`, "둘째"]).toContain(caption);
      expect([...batch!.pixels.subarray(row * 3 * side * side, (row + 1) * 3 * side * side)]).toEqual(planesOf(n));
    }
    pack.close();
  });

  test("a part of it, by numbers", async () => {
    const pack = await Pack.open(whole);
    const kept = Uint32Array.of(2, 3, 5, 7, 11, 13);
    const [batch] = await take(packSource(pack, kept));
    const shown = Array.from({ length: 6 }, (_, row) => batch!.pixels[row * 3 * side * side]!);
    expect(shown.sort((a, b) => a - b)).toEqual([...kept]);
    pack.close();
  });
});

describe("damage", () => {
  let copy: string;
  let copies = 0;
  beforeEach(async () => {
    copy = join(folder, `copy-${copies++}`);
    await cp(whole, copy, { recursive: true });
  });

  const flip = async (name: string, at: number): Promise<void> => {
    const bytes = await readFile(join(copy, name));
    bytes[at]! ^= 0x10;
    await writeFile(join(copy, name), bytes);
  };
  const lie = async (change: (manifest: Record<string, unknown>) => void): Promise<void> => {
    const path = join(copy, packFiles.manifest);
    const manifest: Record<string, unknown> = { ...JSON.parse(await readFile(path, "utf8")) };
    change(manifest);
    await writeFile(path, JSON.stringify(manifest));
  };
  const refusal = async (): Promise<string> => {
    const error: unknown = await Pack.open(copy).catch((thrown: unknown) => thrown);
    if (!(error instanceof InputError)) throw new Error("it opens");
    return `${error.code} ${error.message.split("\n")[0]!.replace(copy, "PACK")}`;
  };

  test.each([
    [packFiles.images, "PACK_DAMAGED PACK/images.bin: 4607 bytes, where the manifest says 4608"],
    [packFiles.index, "PACK_DAMAGED PACK/index.bin: 1151 bytes, where 24 samples need 1152"],
  ])("a file that is cut off, or too long: %s", async (name, message) => {
    const { size } = await stat(join(copy, name));
    await truncate(join(copy, name), size - 1);
    expect(await refusal()).toBe(message);
    await appendFile(join(copy, name), "xy");
    expect(await refusal()).toBe(message.replace(String(size - 1), String(size + 1)));
    await rm(join(copy, name));
    expect(await refusal()).toMatch(/^PACK_DAMAGED/);
  });

  test("one flipped bit: of the index at once, of a record when it is read", async () => {
    await flip(packFiles.images, 3 * side * side * 4 + 100);
    await flip(packFiles.samples, 3);
    const pack = await Pack.open(copy);
    await expect(pack.image(4)).rejects.toMatchObject({
      code: "PACK_DAMAGED",
      message: expect.stringContaining("images.bin: sample 4 has another checksum\n  mend: copy the pack again"),
    });
    expect([...(await pack.image(3))]).toEqual(planesOf(3));
    expect(() => pack.sample(0)).toThrow("samples.jsonl: sample 0 has another checksum");
    await expect(pack.verify()).rejects.toMatchObject({ code: "PACK_DAMAGED" });
    pack.close();
    await flip(packFiles.index, 17);
    expect(await refusal()).toBe("PACK_DAMAGED PACK/index.bin: its checksum is not the manifest's");
  });

  test("the loader drops a damaged record by its number", async () => {
    await flip(packFiles.images, 3 * side * side * 4 + 100);
    const pack = await Pack.open(copy);
    const drops: string[] = [];
    const options = {
      batchSize: count,
      side,
      key: key(1),
      ahead: 0,
      onDrop: (...drop: string[]) => drops.push(drop.join(" ")),
    };
    for await (const { captions } of batches(packSource(pack), options)) {
      expect(captions).toHaveLength(count);
      break;
    }
    expect(drops).toEqual(["4 PACK_DAMAGED"]);
    pack.close();
  });

  test("a manifest that lies is refused before memory is taken", async () => {
    await lie((manifest) => (manifest["count"] = 2 ** 40));
    expect(await refusal()).toBe(
      `PACK_DAMAGED PACK/index.bin: 1152 bytes, where ${2 ** 40} samples need ${2 ** 40 * 48}`,
    );
    await lie((manifest) => (manifest["index"] = 2 ** 40 * 48));
    expect(await refusal()).toMatch(/^PACK_DAMAGED PACK\/index.bin: 1152 bytes/);
    await lie((manifest) => Object.assign(manifest, { count, index: count * 48, width: 60_000 }));
    expect(await refusal()).toBe("PACK_DAMAGED PACK/index.bin: the entry of sample 0 does not fit the files");
    await lie((manifest) => (manifest["version"] = 2));
    expect(await refusal()).toBe("PACK_FOREIGN PACK/pack.json: it is not the manifest of a pack of version 1");
    await writeFile(join(copy, packFiles.manifest), "{".repeat(3_000_000));
    expect(await refusal()).toMatch(/^PACK_FOREIGN/);
  });

  test("a half-written pack is told from none", async () => {
    await rm(join(copy, packFiles.manifest));
    expect(await refusal()).toBe("PACK_UNFINISHED PACK: its packing was cut off: it has no manifest");
    await rm(copy, { recursive: true });
    expect(await refusal()).toBe("PACK_NOT_FOUND PACK: there is no pack");
    await mkdir(copy);
    expect(await refusal()).toMatch(/^PACK_NOT_FOUND/);
  });
});

test.each(["jpeg", "png"] as const)(
  "boxes and masks of pixels that EXIF turns are turned with them: %s",
  async (format) => {
    // Stored 8 wide and 4 high, the left half black; seen by orientation 6, a quarter clockwise, it is the upper half of 4 x 8.
    const black = { create: { width: 4, height: 4, channels: 3, background: "black" } } as const;
    const stored = sharp({ create: { ...black.create, width: 8, background: "white" } })
      .composite([{ input: await sharp(black).png().toBuffer(), left: 0, top: 0 }])
      .withMetadata({ orientation: 6 });
    const image = new Uint8Array(await stored.toFormat(format).toBuffer());
    const mask = { width: 8, height: 4, counts: [0, 16, 16] };
    const boxes = [{ label: "black", x: 0, y: 0, width: 4, height: 4, polygons: [[0, 0, 4, 0, 4, 4, 0, 4]], mask }];
    const turned = async function* (): AsyncGenerator<Sample> {
      yield { key: "turned", image, captions: [], boxes, metadata: { width: 8, height: 4 } };
    };
    const at = join(folder, `turned-${format}`);
    await packSamples(turned, at, { side: 8, fit: "contain" });
    const pack = await Pack.open(at);
    const [data, sample] = [await pack.image(0), pack.sample(0)];
    pack.close();
    const row = (y: number): string =>
      Array.from(data.subarray(8 * y, 8 * y + 8), (v) => (v < 128 ? "#" : ".")).join("");
    expect([row(0), row(3), row(4), row(7)]).toEqual(["..####..", "..####..", "........", "........"]);
    expect(sample.metadata).toEqual({ width: 4, height: 8 });
    // In the record, columns 2 to 5 are the picture, and rows 0 to 3 are black.
    expect(sample.boxes).toEqual([
      {
        label: "black",
        x: 2,
        y: 0,
        width: 4,
        height: 4,
        polygons: [[6, 0, 6, 4, 2, 4, 2, 0]],
        mask: { width: 8, height: 8, counts: [16, 4, 4, 4, 4, 4, 4, 4, 20] },
      },
    ]);
  },
);

describe("packing", () => {
  const pack = (name: string, options: PackOptions = {}): Promise<unknown> =>
    packSamples(samples, join(folder, name), { side, ...options });

  test("cut off, it leaves nothing that looks like a pack", async () => {
    const controller = new AbortController();
    const seen = new Set<string>();
    const onProgress = (packed: number): void => {
      if (packed === 3) controller.abort();
    };
    const watched = pack("aborted", { signal: controller.signal, onProgress });
    for (const name of await readdir(folder)) seen.add(name);
    await expect(watched).rejects.toThrow("aborted");
    expect(seen).not.toContain("aborted");
    expect((await readdir(folder)).filter((name) => name.startsWith("aborted"))).toEqual([]);
  });

  test("what a killed run left behind is no pack, and does not disturb the next run", async () => {
    await cp(whole, join(folder, "killed.unfinished"), { recursive: true });
    await expect(Pack.open(join(folder, "killed.unfinished"))).rejects.toMatchObject({ code: "PACK_UNFINISHED" });
    await pack("killed");
    expect((await readdir(folder)).filter((name) => name.startsWith("killed"))).toEqual(["killed"]);
  });

  test("two at once: the second is refused, and does not disturb the first", async () => {
    const { open, wait, started } = gates();
    const slow = async function* (): AsyncGenerator<Sample> {
      await wait(0);
      yield* samples();
    };
    const first = packSamples(slow, join(folder, "busy"), { side });
    await vi.waitFor(() => expect(started).toEqual([0]));
    await expect(pack("busy", { overwrite: true })).rejects.toMatchObject({
      code: "DESTINATION_BUSY",
      message: expect.stringContaining(`process ${process.pid} is writing to it`),
    });
    open(0);
    expect(await first).toMatchObject({ count });
    expect((await readdir(folder)).filter((name) => name.startsWith("busy"))).toEqual(["busy"]);
  });

  test("replaces a pack if it may, and nothing else ever", async () => {
    await pack("twice");
    await expect(pack("twice")).rejects.toMatchObject({ code: "PACK_EXISTS" });
    await pack("twice", { overwrite: true, side: 4 });
    const again = await Pack.open(join(folder, "twice"));
    expect(again.manifest.width).toBe(4);
    again.close();
    await mkdir(join(folder, "precious"));
    await expect(pack("precious", { overwrite: true })).rejects.toMatchObject({
      code: "PACK_EXISTS",
      message: expect.stringContaining("choose another name; a pack, and nothing else, can be overwritten"),
    });
  });

  test("of pictures of different shapes needs JPEG records; of none is an error", async () => {
    await expect(pack("shapes", { fit: "inside" })).rejects.toMatchObject({
      code: "PACK_INSIDE_RAW",
      message: expect.stringContaining("pack JPEG records, or choose another fit"),
    });
    const none = async function* (): AsyncGenerator<Sample> {};
    await expect(packSamples(none, join(folder, "none"))).rejects.toMatchObject({
      code: "DATA_EMPTY",
      message: expect.stringContaining("there is no picture to pack"),
    });
  });
});
