import { integer, type Key } from "../../engine/random.ts";
import { FoveaError } from "../../platform/error.ts";
import type { Sample, SampleImage } from "../sample.ts";
import { imageSize } from "../../platform/web/image-size.ts";
import { decodePart, jpegSize } from "./decode-part.ts";
import type { PairSource, PartialImage, PictureSize, StoredPicture, Wanted } from "./pair-source.ts";
import { shuffled } from "./shuffle.ts";

/**
 * Streams of samples, as {@link PairSource}: memory does not grow with the data set. Every epoch reads all of the data, whatever the rank;
 * data that is read often is worth a pack.
 *
 * @param open          reads the data from its beginning, once for each epoch; it may use the key to choose the order of shards
 * @param shuffleBuffer samples held back to mix the order: as many as the data set has give a uniformly random order, fewer take less
 *   memory and mix less
 */
export const sampleSource = (
  open: (order: Key) => AsyncIterable<Sample>,
  shuffleBuffer = 4096,
): PairSource<Sample> => ({
  pairs: (order) => shuffled(open(order), shuffleBuffer, order),
  id: ({ key }) => key,
  group: ({ captions }) => captions[0]!.text.toLowerCase(),
  image: ({ image }, wanted) => decode(image, wanted),
  caption: ({ captions }, key) => captions[integer(key, captions.length)]!.text,
  size: ({ image }) => sizeOf(image),
  stored: ({ image }) => storedAt(image),
});

function storedAt(image: SampleImage): StoredPicture | undefined {
  const from = image instanceof Uint8Array ? image : "read" in image ? image.at : undefined;
  return from === undefined ? undefined : { from };
}

async function decode(image: SampleImage, wanted: Wanted): Promise<PartialImage> {
  if (image instanceof Uint8Array) return decodePart(image, wanted);
  return "read" in image ? decodePart(await image.read(), wanted) : image;
}

/** Extents from the header; `undefined` if it does not tell, or cannot be read: the loader then drops the pair by name. */
async function sizeOf(image: SampleImage): Promise<PictureSize | undefined> {
  try {
    if (!(image instanceof Uint8Array) && !("read" in image)) return image;
    const bytes = image instanceof Uint8Array ? image : await image.read();
    return jpegSize(bytes) ?? imageSize(bytes);
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    return undefined;
  }
}
