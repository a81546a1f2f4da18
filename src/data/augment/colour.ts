/**
 * Colour changes on planar float pictures `[3, pixels]` of values 0 to 255, in place. Each follows torchvision's definition for
 * tensors (`torchvision.transforms.v2.functional`): results are clamped to the range but not rounded in between.
 */

/** Multiplies every value by `factor`: 0 is black, 1 leaves it. */
export function adjustBrightness(planes: Float32Array, factor: number): void {
  for (let i = 0; i < planes.length; i++) planes[i] = clamp(planes[i]! * factor);
}

/** Moves every value away from the picture's mean grey: 0 is flat grey, 1 leaves it. */
export function adjustContrast(planes: Float32Array, factor: number): void {
  const count = planes.length / 3;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += grey(planes[i]!, planes[i + count]!, planes[i + 2 * count]!);
  const offset = (1 - factor) * (sum / count);
  for (let i = 0; i < planes.length; i++) planes[i] = clamp(planes[i]! * factor + offset);
}

/** Moves every pixel away from its own grey: 0 is a grey picture, 1 leaves it. */
export function adjustSaturation(planes: Float32Array, factor: number): void {
  const count = planes.length / 3;
  for (let i = 0; i < count; i++) {
    const red = planes[i]!;
    const green = planes[i + count]!;
    const blue = planes[i + 2 * count]!;
    const offset = (1 - factor) * grey(red, green, blue);
    planes[i] = clamp(red * factor + offset);
    planes[i + count] = clamp(green * factor + offset);
    planes[i + 2 * count] = clamp(blue * factor + offset);
  }
}

/** Turns the hue of the HSV colour circle by `turns`: 0 and 1 leave it, 1/3 makes red green. */
export function adjustHue(planes: Float32Array, turns: number): void {
  const count = planes.length / 3;
  const sixths = (turns - Math.floor(turns)) * 6;
  for (let i = 0; i < count; i++) {
    const red = planes[i]!;
    const green = planes[i + count]!;
    const blue = planes[i + 2 * count]!;
    const high = Math.max(red, green, blue);
    const chroma = high - Math.min(red, green, blue);
    if (chroma === 0) continue; // grey has no hue
    const own =
      high === red
        ? (green - blue) / chroma + 6
        : high === green
          ? (blue - red) / chroma + 2
          : (red - green) / chroma + 4;
    const hue = own + sixths; // in sixths of the circle, 1 to 13
    planes[i] = high - chroma * absence(hue + 5);
    planes[i + count] = high - chroma * absence(hue + 3);
    planes[i + 2 * count] = high - chroma * absence(hue + 1);
  }
}

/** How far a channel is from the largest one, 0 to 1, at an angle in sixths of the circle: a trapezoid wave, 1 from 1 to 3 and 0 from 4 to 6. */
function absence(angle: number): number {
  const k = angle - 6 * Math.floor(angle / 6); // many times faster than the remainder operator
  return Math.max(0, Math.min(k, 4 - k, 1));
}

/** Replaces every pixel by its grey. */
export const toGrey = (planes: Float32Array): void => adjustSaturation(planes, 0);

/** Luma by the weights that torchvision uses for tensors. */
const grey = (red: number, green: number, blue: number): number => 0.2989 * red + 0.587 * green + 0.114 * blue;

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
