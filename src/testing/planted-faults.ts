import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { Sample } from "../data/sample.ts";
import { IconSetFile, iconSvg } from "../data/emoji/icon-set.ts";
import { bits, fold, integer, key as seedKey, type Key } from "../engine/random.ts";

/** A clean pair: an emoji on a ground of two colours, with a sentence about it. */
export interface CleanPair {
  readonly caption: string;
  /** RGB. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A sample of which it is known what is wrong with it. */
export interface PlantedSample extends Sample {
  /** Ids of the stages that must drop it; none for a clean one. */
  readonly faults: readonly string[];
  /** Ids of the stages that may drop it besides, since the fault brings theirs with it. */
  readonly allowed: readonly string[];
  /** In which way its file was damaged. */
  readonly damage?: string;
}

const packageFile = (name: string, path: string): string =>
  readFileSync(join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path), "utf8");

/** Emoji of animals, food, places, activities and objects, one skin tone and one sex of each, and no clocks, moons, hearts, squares or signs. */
function emojiNames(): readonly { name: string; label: string }[] {
  const entries: unknown = JSON.parse(packageFile("emojibase-data", "en/data.json"));
  const groups = new Set([3, 4, 5, 6, 7]);
  const twins =
    /o.clock|-thirty|moon|heart|square|circle|diamond|face|book|envelope|mailbox|globe|card|tram|train|monorail|sunrise|sunset|bullet|paper|page|calendar|chart|folder|bookmark|lock|ribbon|wrapped|clipboard|floppy|disk|television|videocassette|movie|film|clapper|cinema/;
  return (Array.isArray(entries) ? entries : [])
    .filter((entry: { group?: number; label: string }) => groups.has(entry.group ?? -1) && !twins.test(entry.label))
    .map((entry: { label: string }) => ({ label: entry.label, name: entry.label.replaceAll(/[^a-z0-9]+/g, "-") }));
}

/** Clean pairs, always the same for a seed. At most about 500 differ in what they show; a second round shows the emoji on other grounds. */
export async function cleanPairs(count: number, seed: Key): Promise<CleanPair[]> {
  const set = IconSetFile.parse(JSON.parse(packageFile("@iconify-json/noto", "icons.json")));
  const known = emojiNames().filter(({ name }) => iconSvg(set, name, 64) !== undefined);
  const pairs: CleanPair[] = [];
  for (let i = 0; i < count; i++) {
    const own = fold(seed, "pair", i);
    const { name, label } = known[i % known.length]!;
    const [width, height] = [224 + integer(fold(own, "width"), 97), 224 + integer(fold(own, "height"), 97)];
    const side = Math.round(Math.min(width, height) * (0.6 + integer(fold(own, "side"), 30) / 100));
    const [left, top] = [integer(fold(own, "left"), width - side), integer(fold(own, "top"), height - side)];
    const [hue, turn] = [integer(fold(own, "hue"), 360), integer(fold(own, "turn"), 360)];
    const ground =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><linearGradient id="g" gradientTransform="rotate(${turn % 90})">` +
      `<stop stop-color="hsl(${hue} 45% ${40 + (turn % 35)}%)"/><stop offset="1" stop-color="hsl(${(hue + 90) % 360} 55% ${25 + (hue % 50)}%)"/></linearGradient>` +
      `<rect width="100%" height="100%" fill="url(#g)"/></svg>`;
    const icon = await sharp(Buffer.from(iconSvg(set, name, side)!))
      .png()
      .toBuffer();
    const pixels = await sharp(Buffer.from(ground))
      .composite([{ input: icon, left, top }])
      .removeAlpha()
      .raw()
      .toBuffer();
    const places = ["on a table", "near a wall", "in a garden", "under a lamp", "beside a window", "at the market"];
    const caption = `A ${label} ${places[integer(fold(own, "place"), places.length)]!}, seen on day ${i} of the journey with the family.`;
    pairs.push({ caption, pixels: new Uint8Array(pixels), width, height });
  }
  return pairs;
}

const open = ({ pixels, width, height }: CleanPair): Sharp => sharp(pixels, { raw: { width, height, channels: 3 } });

/** JPEG, as most pictures of the web. */
const plain = (pair: CleanPair): Promise<Buffer> => open(pair).jpeg({ quality: 88 }).toBuffer();

type PictureFault = (pair: CleanPair, seed: Key) => Promise<Buffer>;

const gradient = (width: number, height: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><text x="4" y="${height - 6}" font-size="12" fill="white" opacity="0.8">example</text></svg>`,
  );

/** Where the coefficients of a JPEG file begin: behind the header of its one scan. */
function dataStart(file: Buffer): number {
  const scan = file.indexOf("ffda", 0, "hex");
  return scan + 2 + file.readUInt16BE(scan + 2);
}

/** A place for `length` bytes within a JPEG's coefficients. */
const placeInside = (file: Buffer, length: number, seed: Key): number =>
  dataStart(file) + integer(fold(seed, "place"), file.length - 2 - length - dataStart(file));

/** Ways to damage a file. */
const corruptions: Readonly<Record<string, PictureFault>> = {
  "cut off": async (pair, seed) => {
    const file = await plain(pair);
    return file.subarray(0, Math.floor(file.length * (0.05 + integer(fold(seed, "cut"), 90) / 100)));
  },
  "end of zeros": async (pair) => {
    const file = await plain(pair);
    return Buffer.concat([file.subarray(0, file.length >> 1), Buffer.alloc(file.length >> 1)]);
  },
  "web page": async () => Buffer.from("<!doctype html><html><title>404 Not Found</title><body>Not Found</body></html>"),
  empty: async () => Buffer.alloc(0),
  "broken PNG": async (pair) => {
    const file = await open(pair).png().toBuffer();
    file[file.length >> 1]! ^= 0xff;
    return file;
  },
  "cut-off PNG": async (pair) => {
    const file = await open(pair).png().toBuffer();
    return file.subarray(0, Math.floor(file.length * 0.8));
  },
  "noise inside": async (pair, seed) => {
    const file = await plain(pair);
    const noise = Buffer.from(bits(fold(seed, "noise"), 64).buffer);
    return Buffer.concat([file.subarray(0, file.length >> 1), noise, file.subarray((file.length >> 1) + noise.length)]);
  },
  "zeros inside": async (pair, seed) => {
    const file = await plain(pair);
    const start = placeInside(file, 256, seed);
    return file.fill(0, start, start + 256);
  },
  "hole inside": async (pair, seed) => {
    const file = await plain(pair);
    const start = placeInside(file, 256, seed);
    return Buffer.concat([file.subarray(0, start), file.subarray(start + 256)]);
  },
  "changed bytes": async (pair, seed) => {
    const file = await plain(pair);
    for (let i = 0; i < 32; i++)
      file[placeInside(file, 1, fold(seed, i))]! ^= 1 + integer(fold(seed, "change", i), 255);
    return file;
  },
};

/** Ways to change a picture that leave it the same to the eye. */
const alterations: Readonly<Record<string, PictureFault>> = {
  "strong compression": (pair) => open(pair).jpeg({ quality: 35 }).toBuffer(),
  smaller: (pair) =>
    open(pair)
      .resize({ width: Math.round(pair.width * 0.6) })
      .jpeg({ quality: 85 })
      .toBuffer(),
  larger: (pair) =>
    open(pair)
      .resize({ width: Math.round(pair.width * 1.5) })
      .jpeg({ quality: 85 })
      .toBuffer(),
  brighter: (pair) => open(pair).modulate({ brightness: 1.06 }).jpeg({ quality: 85 }).toBuffer(),
  cropped: ({ ...pair }) =>
    open(pair)
      .extract({ left: 3, top: 3, width: pair.width - 6, height: pair.height - 6 })
      .jpeg({ quality: 85 })
      .toBuffer(),
  WebP: (pair) => open(pair).webp({ quality: 60 }).toBuffer(),
  "with a mark": (pair) =>
    open(pair)
      .composite([{ input: gradient(pair.width, pair.height) }])
      .jpeg({ quality: 85 })
      .toBuffer(),
  sharpened: (pair) => open(pair).sharpen().jpeg({ quality: 85 }).toBuffer(),
};

const pick = <T>(table: Readonly<Record<string, T>> | readonly T[], at: number): T =>
  Object.values(table)[at % Object.keys(table).length]!;

/** Faults of pictures by the stage that must find them, with those stages that may drop them too. */
const pictureFaults: Readonly<
  Record<
    string,
    {
      readonly make: (pair: CleanPair, seed: Key, round: number) => Promise<Buffer>;
      readonly allowed: readonly string[];
    }
  >
> = {
  readable: { make: (pair, seed, round) => pick(corruptions, round)(pair, seed), allowed: [] },
  "picture-size": {
    make: (pair) => open(pair).resize({ width: 60, height: 60, fit: "inside" }).jpeg().toBuffer(),
    allowed: ["near-duplicate"],
  },
  "aspect-ratio": {
    make: (pair) =>
      open(pair)
        .extract({ left: 0, top: pair.height >> 1, width: pair.width, height: 50 })
        .jpeg()
        .toBuffer(),
    allowed: ["blurry", "low-information", "near-duplicate", "picture-size"],
  },
  "odd-size": {
    make: (pair) => open(pair).resize({ width: 3600 }).jpeg().toBuffer(),
    allowed: ["near-duplicate", "blurry"],
  },
  blurry: { make: (pair) => open(pair).blur(5).jpeg({ quality: 88 }).toBuffer(), allowed: ["near-duplicate"] },
  dark: { make: (pair) => open(pair).linear(0.2).jpeg({ quality: 88 }).toBuffer(), allowed: ["greyscale"] },
  bright: {
    make: (pair) => open(pair).linear(0.08, 234).jpeg({ quality: 88 }).toBuffer(),
    allowed: ["greyscale", "near-duplicate", "low-information"],
  },
  "low-information": {
    make: ({ width, height }, seed) =>
      sharp({ create: { width, height, channels: 3, background: `hsl(${integer(seed, 360)}, 60%, 50%)` } })
        .jpeg()
        .toBuffer(),
    allowed: ["blurry", "bright", "dark", "near-duplicate", "greyscale"],
  },
  greyscale: { make: (pair) => open(pair).greyscale().jpeg({ quality: 88 }).toBuffer(), allowed: [] },
};

/** Captions with a fault, by the stage that must find it. */
const captionFaults: Readonly<Record<string, readonly string[]>> = {
  "file-name-caption": [
    "IMG_20190412_101500.jpg",
    "DSC04512.JPG",
    "P1010023",
    "screenshot 2021-03-04 at 10.11.12",
    "image001.png",
    "untitled.png",
    "d41d8cd98f00b204e9800998ecf8427e",
    "product_4512_large-2",
    "PXL_20230101_123456789",
    "Photo 12.jpeg",
  ],
  boilerplate: [
    "Click to enlarge image",
    "No image available",
    "Image not found",
    "Stock photo of a mountain lake at dawn",
    "All rights reserved by the author of the page",
    "Add to cart: wooden chair with arms",
    "Pin it for later and follow us",
    "Image result for brown leather boots",
    "royalty-free vector of a sailing boat",
    "thumbnail",
  ],
  "personal-data": [
    "Contact the seller at jane.doe@example.com for the chair",
    "A boat for sale, call +44 20 7946 0958 now",
    "Red car, phone (212) 555-0147, two owners",
    "Pay for the tent to DE89 3704 0044 0532 0130 00 please",
    "Card 4111 1111 1111 1111 shown on the desk",
    "The server stood at 84.23.100.12 in the rack",
    "A form with the number 078-05-1120 on it",
    "Apartment with a view, 010-1234-5678, call us",
  ],
  "alt-text-noise": [
    "https://shop.example.com/p/123 www.example.org/x.html photo",
    "#sunset #beach #holiday #nofilter at sea",
    "<b>Lamp</b> &nbsp; <br/> {{title}} lamp",
    "B07XJ8C8F5 A1B2C3D4 lamp 12345678",
    "lamp lamp lamp lamp lamp lamp desk lamp",
    "@user1 @user2 !!! ??? *** cat",
  ],
  language: [
    "Ein kleiner Hund l\u00e4uft mit dem Ball \u00fcber die Wiese und ist sehr gl\u00fccklich",
    "Une petite maison dans la for\u00eat avec un grand jardin et des fleurs",
    "Un perro peque\u00f1o que corre por la playa con una pelota",
    "\ud574\ubcc0\uc5d0\uc11c \uacf5\uc744 \uac00\uc9c0\uace0 \ub178\ub294 \uac15\uc544\uc9c0",
    "\u041c\u0430\u043b\u0435\u043d\u044c\u043a\u0430\u044f \u0441\u043e\u0431\u0430\u043a\u0430 \u0431\u0435\u0436\u0438\u0442 \u043f\u043e \u043f\u043b\u044f\u0436\u0443",
    "\u6d77\u8fb9\u7684\u4e00\u53ea\u5c0f\u72d7\u5728\u73a9\u7403",
    "\u6d77\u8fba\u3067\u904a\u3076\u5c0f\u3055\u306a\u72ac\u306e\u5199\u771f",
    "Een kleine hond die met een bal op het strand speelt",
  ],
  "caption-length": ["Cat", "A dog", "boat", "Red car"],
};

/** Ids of all stages that faults are planted for. */
export const plantedStages: readonly string[] = [
  ...Object.keys(pictureFaults),
  "exact-duplicate",
  "near-duplicate",
  ...Object.keys(captionFaults),
  "repeated-caption",
];

/**
 * Clean samples first, then for every stage `each` samples with its fault, each made of a clean pair of its own; duplicates are made of the
 * samples before. Always the same for a seed.
 */
export async function plantFaults(clean: number, each: number, seed: Key = seedKey(0)): Promise<PlantedSample[]> {
  const kinds = Object.keys(pictureFaults).length + Object.keys(captionFaults).length + 1;
  const pairs = await cleanPairs(clean + each * kinds, seed);
  const samples: PlantedSample[] = [];
  const add = (
    caption: string,
    image: Buffer,
    faults: readonly string[],
    allowed: readonly string[] = [],
    damage?: string,
  ): void => {
    const key = `${samples.length}-${faults[0] ?? "clean"}`;
    const truth = { faults, allowed, ...(damage !== undefined && { damage }) };
    samples.push({ key, image: new Uint8Array(image), captions: [{ text: caption }], metadata: {}, ...truth });
  };
  const rest = pairs.slice(clean);
  for (const pair of pairs.slice(0, clean)) add(pair.caption, await plain(pair), []);
  for (const [stage, { make, allowed }] of Object.entries(pictureFaults))
    for (let round = 0; round < each; round++) {
      const pair = rest.shift()!;
      const damage = stage === "readable" ? pick(Object.keys(corruptions), round) : undefined;
      add(pair.caption, await make(pair, fold(seed, stage, round), round), [stage], allowed, damage);
    }
  for (const [stage, captions] of Object.entries(captionFaults))
    for (let round = 0; round < each; round++) {
      const allowed = [
        "file-name-caption",
        "alt-text-noise",
        "language",
        "caption-length",
        "boilerplate",
        "repeated-caption",
        "personal-data",
      ];
      add(captions[round % captions.length]!, await plain(rest.shift()!), [stage], allowed);
    }
  for (let round = 0; round < each; round++)
    add("A lovely home decoration for the whole family", await plain(rest.shift()!), ["repeated-caption"]);
  for (let round = 0; round < each; round++) {
    const pair = pairs[round % clean]!;
    add(pair.caption.replace("seen", "again"), await plain(pair), ["exact-duplicate", "near-duplicate"]);
  }
  for (let round = 0; round < each; round++) {
    const pair = pairs[(round + (clean >> 1)) % clean]!;
    add(
      pair.caption.replace("seen", "found"),
      await pick(alterations, round)(pair, fold(seed, round)),
      ["near-duplicate"],
      ["exact-duplicate"],
    );
  }
  return samples;
}
