import { ShapeError } from "../../platform/error.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { ImageProcessor } from "./config.ts";

/**
 * Stacks pictures of one size into a batch.
 *
 * @param into receives the pixels; newly allocated if absent. `into.length` must be `n * 3 * height * width`.
 * @returns    uint8 `[n, 3, height, width]`
 * @throws {ShapeError} IMAGE_BATCH_EMPTY, IMAGE_SIZES_DIFFER
 */
export function stackPixels(images: readonly RgbImage[], into?: Uint8Array): HostTensor<"uint8"> {
  const [first] = images;
  if (!first) throw new ShapeError("IMAGE_BATCH_EMPTY", "stackPixels", "there are no pictures", "give at least one");
  const { width, height } = first;
  const plane = width * height;
  const data = into ?? new Uint8Array(images.length * 3 * plane);
  for (const [n, image] of images.entries()) {
    if (image.width !== width || image.height !== height) {
      const found = `picture ${n} is ${image.width} x ${image.height} pixels, the first is ${width} x ${height}`;
      throw new ShapeError("IMAGE_SIZES_DIFFER", "stackPixels", found, "process them to one size, or one at a time");
    }
    const red = n * 3 * plane;
    for (let i = 0, from = 0; i < plane; i++, from += 3) {
      data[red + i] = image.data[from]!;
      data[red + plane + i] = image.data[from + 1]!;
      data[red + 2 * plane + i] = image.data[from + 2]!;
    }
  }
  return { dtype: "uint8", shape: [images.length, 3, height, width], data };
}

/**
 * The model's `pixel_values`, rounded as the reference processors round: float32 after the scale, the mean and the deviation.
 *
 * @param pixels uint8 `[n, 3, height, width]`
 * @returns      float32 of the same shape
 */
export function normalizePixels(pixels: HostTensor<"uint8">, processor: ImageProcessor): HostTensor<"float32"> {
  const { scale, mean, std } = processor;
  const channels = mean.map((_, c) =>
    Float32Array.from({ length: 256 }, (_, value) => {
      const centered = Math.fround(Math.fround(value * scale) - Math.fround(mean[c]!));
      return centered / Math.fround(std[c]!);
    }),
  );
  const [n = 0, , height = 0, width = 0] = pixels.shape;
  const plane = height * width;
  const data = new Float32Array(pixels.data.length);
  for (let p = 0; p < n * 3; p++) {
    const values = channels[p % 3]!;
    for (let i = p * plane; i < (p + 1) * plane; i++) data[i] = values[pixels.data[i]!]!;
  }
  return { dtype: "float32", shape: pixels.shape, data };
}
