import sharp from "sharp";
import type { RgbImage } from "../../platform/platform.ts";

/** JPEG bytes of a picture; quality 1 to 100. */
export async function encodeJpeg({ data, width, height }: RgbImage, quality: number): Promise<Uint8Array> {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return new Uint8Array(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
}
