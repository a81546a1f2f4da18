import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import * as z from "zod";
import { sourcesHash } from "../../emoji/sources.node.ts";
import { mapInOrder } from "../../stream.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import { Atlas } from "./atlas.ts";
import { emojiDrawings, glyphDrawings, peopleDrawings, shapeDrawings, type Drawing } from "./drawings.node.ts";
import type { RgbaImage } from "./sprite.ts";
import { stampDrawings, stampsVersion } from "./stamps.node.ts";

/** Kinds of drawings; each is rendered when it is asked for and kept in a file of its own. */
export type DrawingSet = "emoji" | "people" | "shapes" | "glyphs" | "stamps";

/** What an atlas holds, and where it is kept. */
export interface PrepareAtlasOptions {
  /** Folder of rendered drawings; made if missing. */
  readonly cacheDir: string;
  readonly sets: readonly DrawingSet[];
  /** Side of the largest pictures that are to be made; pixels. */
  readonly pictureSide: number;
  /** Folder of Debian's `tuxpaint-stamps-default`, for the set `stamps`. */
  readonly stamps: string;
  /** Told now and then how many drawings are rendered. Not called if the cache serves. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Raise when a change to the drawings or to the rendering makes older files stale. */
const packing = 1;

/** Drawings in flight: enough to keep a few cores busy. */
const inFlight = 8;

const sources: Readonly<Record<DrawingSet, (side: number, stamps: string) => readonly Drawing[]>> = {
  emoji: emojiDrawings,
  people: peopleDrawings,
  shapes: shapeDrawings,
  glyphs: glyphDrawings,
  stamps: (_, stamps) => stampDrawings(stamps),
};

/**
 * The drawings of which scenes are made, from the cache or rendered (emoji: about 5 s on two cores, people 10 s).
 * @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED, STAMPS_MISSING
 */
export async function prepareAtlas(options: PrepareAtlasOptions): Promise<Atlas> {
  const { cacheDir, sets, pictureSide, stamps, onProgress = () => {} } = options;
  await mkdir(cacheDir, { recursive: true });
  const side = spriteSide(pictureSide);
  const drawings = new Map<string, RgbaImage>();
  for (const set of sets) {
    const version = set === "stamps" ? stampsVersion(stamps) : sourcesHash({ packing, side });
    const path = join(cacheDir, `world-${set}-${side}px-${shortHash(`${packing} ${version}`)}.sprites`);
    let packed = await readPacked(path);
    if (packed === undefined) {
      packed = await render(sources[set](2 * side, stamps), side, onProgress);
      await writeAtomic(path, encodePacked(packed));
    }
    for (const [name, drawing] of packed) drawings.set(name, drawing);
  }
  return new Atlas(drawings);
}

/** Large things take 0.38 of the picture; a sprite that is a little smaller than its place is not seen to be. */
const spriteSide = (pictureSide: number): number => Math.max(32, 2 ** Math.ceil(Math.log2(pictureSide * 0.38)));

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

async function render(
  drawings: readonly Drawing[],
  side: number,
  onProgress: (done: number, total: number) => void,
): Promise<Map<string, RgbaImage>> {
  const rendered = new Map<string, RgbaImage>();
  let done = 0;
  for await (const [name, image] of mapInOrder(
    drawings,
    inFlight,
    async (drawing) => [drawing.name, await rasterise(drawing, side)] as const,
  )) {
    rendered.set(name, image);
    done++;
    if (done % 50 === 0 || done === drawings.length) onProgress(done, drawings.length);
  }
  return rendered;
}

/** Draws at twice the wanted size, cuts transparent borders off, and shrinks so that the longest side is `side`; a cell only shrinks. */
async function rasterise({ read, isCell = false }: Drawing, side: number): Promise<RgbaImage> {
  const twice = sharp(read())
    .resize({ width: 2 * side, height: 2 * side, fit: "inside" })
    .ensureAlpha();
  const { data, info } = await twice.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const image = sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } });
  if (!isCell) image.trim({ background: { r: 0, g: 0, b: 0, alpha: 0 }, threshold: 1 });
  const { data: trimmed, info: size } = await image.raw().toBuffer({ resolveWithObject: true });
  const shrunk = await sharp(trimmed, { raw: { width: size.width, height: size.height, channels: 4 } })
    .resize({ width: side, height: side, fit: "inside" })
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(shrunk.data), width: shrunk.info.width, height: shrunk.info.height };
}

/** The head of a file of drawings: a line of JSON; the pixels of each, RGBA, follow in this order. */
const PackedHead = z.object({
  drawings: z.array(z.object({ name: z.string(), width: z.int().positive(), height: z.int().positive() })),
});

function encodePacked(drawings: ReadonlyMap<string, RgbaImage>): Uint8Array {
  const list = [...drawings].map(([name, { width, height }]) => ({ name, width, height }));
  const head = new TextEncoder().encode(`${JSON.stringify({ drawings: list })}\n`);
  return Buffer.concat([head, ...[...drawings.values()].map(({ data }) => data)]);
}

/** `undefined` if there is no such file, or a damaged one, so that the caller makes it anew. */
async function readPacked(path: string): Promise<Map<string, RgbaImage> | undefined> {
  try {
    const bytes = await readFile(path);
    const end = bytes.indexOf("\n");
    const { drawings } = PackedHead.parse(JSON.parse(bytes.toString("utf8", 0, end)));
    const packed = new Map<string, RgbaImage>();
    let at = end + 1;
    for (const { name, width, height } of drawings) {
      const length = width * height * 4;
      packed.set(name, { data: bytes.subarray(at, at + length), width, height });
      at += length;
    }
    return at === bytes.length ? packed : undefined;
  } catch {
    return undefined;
  }
}
