import { FoveaError } from "../../platform/error.ts";
import type { ReadOptions } from "../formats/read-options.ts";
import { integer, permutation } from "../../engine/random.ts";
import { decodePart } from "../loader/decode-part.ts";
import type { PairSource } from "../loader/pair-source.ts";
import type { Sample } from "../sample.ts";
import { Pack } from "./pack.node.ts";
import { fromPlanes } from "./planes.ts";

/**
 * The samples of a pack for the loader, by their numbers, each epoch in a uniformly random order. Where raw records are of the size that
 * a batch wants, they are read straight into it. Each rank reads its own pictures alone.
 *
 * @param kept numbers of the samples to use; all if absent
 */
export function packSource(pack: Pack, kept?: Uint32Array): PairSource<number> {
  const { records, width, height } = pack.manifest;
  const isRaw = records === "raw";
  return {
    pairs: (order) => {
      const numbers = permutation(order, kept?.length ?? pack.count);
      return kept === undefined ? numbers : numbers.map((at) => kept[at]!);
    },
    id: (at) => at,
    group: (at) => pack.group(at),
    image: async (at, wanted) => {
      const bytes = await pack.image(at);
      return isRaw ? fromPlanes(bytes, width, height) : decodePart(bytes, wanted);
    },
    caption: (at, key) => {
      const { captions } = pack.sample(at);
      return captions[integer(key, captions.length)]?.text ?? "";
    },
    size: (at) => pack.size(at),
    stored: (at) => pack.stored(at),
    onVerified: (at) => pack.markRead(at),
    ...(isRaw && {
      planes: {
        width,
        height,
        read: async (at, target) => {
          await pack.image(at, target);
        },
      },
    }),
  };
}

/**
 * The samples of a pack in its order, for whatever reads samples. Those that are damaged are dropped as PACK_DAMAGED.
 * @throws {InputError} what {@link Pack.open} throws, whatever `onDrop` throws
 */
export async function* readPack(
  folder: string,
  { onDrop, keepUncaptioned = false }: ReadOptions,
): AsyncGenerator<Sample> {
  const pack = await Pack.open(folder);
  try {
    for (let at = 0; at < pack.count; at++) {
      const sample = await readSample(pack, at).catch((error: unknown) => {
        if (!(error instanceof FoveaError)) throw error;
        onDrop(`sample ${at}`, error.code);
      });
      if (sample === undefined) continue;
      if (sample.captions.length > 0 || keepUncaptioned) yield sample;
      else onDrop(sample.key, "CAPTION_MISSING");
    }
  } finally {
    pack.close();
  }
}

async function readSample(pack: Pack, at: number): Promise<Sample> {
  const { records, width, height } = pack.manifest;
  const bytes = await pack.image(at);
  return { ...pack.sample(at), image: records === "raw" ? fromPlanes(bytes, width, height) : bytes };
}
