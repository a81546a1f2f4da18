import type { RgbImage } from "../../platform/platform.ts";

/** A picture's three planes, `[3, height, width]`. */
export function toPlanes({ data, width, height }: RgbImage): Uint8Array {
  const count = width * height;
  const planes = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    planes[i] = data[3 * i]!;
    planes[i + count] = data[3 * i + 1]!;
    planes[i + 2 * count] = data[3 * i + 2]!;
  }
  return planes;
}

/** The picture of planes `[3, height, width]`. */
export function fromPlanes(planes: Uint8Array, width: number, height: number): RgbImage {
  const count = width * height;
  const data = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    data[3 * i] = planes[i]!;
    data[3 * i + 1] = planes[i + count]!;
    data[3 * i + 2] = planes[i + 2 * count]!;
  }
  return { data, width, height };
}
