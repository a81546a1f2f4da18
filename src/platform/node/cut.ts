import type { RgbImage } from "../platform.ts";

/** A rectangle of a picture, as a picture of its own. */
export function cut(
  image: RgbImage,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): RgbImage {
  const data = memoryFor(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return { data, width, height };
}

/** Memory that is not cleared first: all of it is to be written. */
export const memoryFor = (bytes: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);

/** Memory that nobody uses at the moment: handed on, where new memory for each picture kept the garbage collector busy. */
const spare: Uint8Array[] = [];
const most = { arrays: 8, bytes: 2 ** 23 };

/** At least so many bytes, of any content, until {@link giveBack}. */
export function borrow(bytes: number): Uint8Array {
  const memory = spare.pop();
  return memory !== undefined && memory.length >= bytes ? memory : memoryFor(bytes);
}

/** Ends the use of what {@link borrow} gave. */
export function giveBack(memory: Uint8Array): void {
  if (spare.length < most.arrays && memory.length <= most.bytes) spare.push(memory);
}
