import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dHash, hashDistance, type DHash } from "../image/dhash.ts";
import { decodeSample } from "../sample.ts";
import { mapInOrder } from "../stream.ts";
import { heldOutStyle, pictureAt, type EmojiCorpus, type EmojiPicture } from "./corpus.ts";
import { readPacked, writePacked } from "./packed.node.ts";
import { readSources, sourcesHash, type EmojiDrawing } from "./sources.node.ts";

/** Where the packed corpus is kept, and how large its pictures are. */
export interface PrepareEmojiOptions {
  /** Folder of packed corpora; made if missing. */
  readonly cacheDir: string;
  /** Pixels; 64 if absent. */
  readonly side?: number;
  /** Told now and then how many of the pictures are rendered. Not called if the cache serves. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the rendering: its reason is thrown, and nothing is kept. */
  readonly signal?: AbortSignal;
}

/** Raise when a change to the joining, the rendering or the index makes older packed corpora stale. */
const packing = 1;

/** Pictures in flight: enough to keep a few cores busy. */
const inFlight = 16;

/**
 * The emoji corpus, from the cache if the same packages were packed before at the same size, else rendered (about 8 s on two cores).
 *
 * @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED, EMOJI_LABEL_MISSING, IMAGE_NOT_DECODABLE
 */
export async function prepareEmoji(options: PrepareEmojiOptions): Promise<EmojiCorpus> {
  const { cacheDir, side = 64 } = options;
  const folder = join(cacheDir, `emoji-${side}px-${sourcesHash({ packing, side })}`);
  const cached = await readPacked(folder);
  if (cached !== undefined) return cached;
  await mkdir(cacheDir, { recursive: true });
  const { concepts, drawings } = readSources(side);
  const pixels = await render(drawings, side, options);
  const corpus = { side, concepts, pictures: describe(drawings, side, pixels), pixels };
  await writePacked(folder, corpus);
  return corpus;
}

/** Draws every picture on white: `[drawings, side, side, 3]`. */
async function render(
  drawings: readonly EmojiDrawing[],
  side: number,
  { onProgress = () => {}, signal }: PrepareEmojiOptions,
): Promise<Uint8Array> {
  const pixels = new Uint8Array(drawings.length * side * side * 3);
  const resize = { width: side, height: side, fit: "fill" } as const;
  const rendered = mapInOrder(drawings, inFlight, ({ file }) => decodeSample(file, { resize }));
  let done = 0;
  for await (const { data } of rendered) {
    signal?.throwIfAborted();
    pixels.set(data, done * data.length);
    done++;
    if (done % 100 === 0 || done === drawings.length) onProgress(done, drawings.length);
  }
  return pixels;
}

/** Finds pictures that equal, or nearly equal, others. */
function describe(drawings: readonly EmojiDrawing[], side: number, pixels: Uint8Array): EmojiPicture[] {
  const imageAt = (index: number) => pictureAt({ side, pixels }, index);
  const hashes = drawings.map((_, index) => dHash(imageAt(index)));
  const trained = new Map<number, DHash[]>();
  for (const [index, { concept, style }] of drawings.entries()) {
    if (style !== heldOutStyle) trained.set(concept, [...(trained.get(concept) ?? []), hashes[index]!]);
  }
  const first = new Map<string, number>();
  return drawings.map(({ concept, style }, index) => {
    const exact = `${style} ${createHash("sha256").update(imageAt(index).data).digest("hex")}`;
    if (!first.has(exact)) first.set(exact, index);
    const others = style === heldOutStyle ? (trained.get(concept) ?? []) : [];
    const nearest = others.length === 0 ? null : Math.min(...others.map((hash) => hashDistance(hash, hashes[index]!)));
    return { concept, style, art: first.get(exact)!, nearest };
  });
}
