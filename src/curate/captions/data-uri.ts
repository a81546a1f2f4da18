import { platform } from "#platform";
import { resampleInto, wholeOf } from "../../data/image/resample.ts";
import type { RgbImage } from "../../platform/platform.ts";

/** Files up to this size are sent as they are, bytes. */
const maxBytes = 2 ** 20;
/** Larger ones, and kinds that endpoints do not know, are sent as PNG with at most this long side, pixels. */
const maxSide = 768;

/** File kinds that vision endpoints take, by the first bytes of a file. */
const kinds: readonly (readonly [mime: string, matches: RegExp])[] = [
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/png", /^\x89PNG\r\n\x1a\n/], // eslint-disable-line no-control-regex -- bytes of a file
  ["image/webp", /^RIFF.{4}WEBP/s],
];

/**
 * A picture as a `data:` address.
 * @throws {InputError} IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE, if the file must be decoded
 */
export async function dataUri(image: Uint8Array | RgbImage): Promise<string> {
  if (!(image instanceof Uint8Array)) return `data:image/png;base64,${base64(await reducedPng(image))}`;
  const start = String.fromCharCode(...image.subarray(0, 16));
  const [mime] = kinds.find(([, matches]) => matches.test(start)) ?? [];
  if (mime !== undefined && image.length <= maxBytes) return `data:${mime};base64,${base64(image)}`;
  return dataUri(await platform.decodeImage(image));
}

async function reducedPng(image: RgbImage): Promise<Uint8Array> {
  const scale = maxSide / Math.max(image.width, image.height);
  if (scale >= 1) return platform.encodePng(image);
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const size = width! * height!;
  const planes = new Uint8Array(3 * size);
  resampleInto(planes, image, wholeOf(image), width!, height!, "triangle");
  const data = Uint8Array.from(planes, (_, i) => planes[(i % 3) * size + Math.floor(i / 3)]!);
  return platform.encodePng({ data, width: width!, height: height! });
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000)
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(text);
}
