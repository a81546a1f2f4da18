import { fold, permutation, uniform, type Key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { resample, resampleInto, wholeOf, type Box } from "../image/resample.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, toGrey } from "./colour.ts";
import { randomCrop, type CropRange } from "./crop.ts";

/** How training pictures are varied. */
export interface Augmentation {
  /** Random resized crop; the whole picture if absent. */
  readonly crop?: CropRange;
  /** Probability of mirroring left and right; 0 if absent. Mirrored pictures contradict captions that say "left", "right" or quote text. */
  readonly flip?: number;
  /** Largest colour changes, applied in random order. */
  readonly jitter?: ColourJitter;
  /** Probability of a grey picture; 0 if absent. */
  readonly grey?: number;
  /** Average over all covered pixels when shrinking, or take the nearest four: faster, and as good down to half size; true if absent. */
  readonly antialias?: boolean;
}

/** torchvision's `ColorJitter`: factors are uniform in 1 ± the value (not below 0), the turn of hue in ± the value. */
export interface ColourJitter {
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  /** At most 0.5: half a turn. */
  readonly hue?: number;
}

/** Extents in pixels. */
interface Extents {
  readonly width: number;
  readonly height: number;
}

/**
 * A training view of a picture: cropped, resized, mirrored, recoloured. What happens depends on the key alone.
 * @param target written to: `[3, height, width]`, 8-bit
 * @param size   extents of the view, or the side of a square one
 * @param box    the part to show, if `image` is not the whole picture: what {@link cropOf} chose of it
 */
export function augmentInto(
  target: Uint8Array,
  image: RgbImage,
  size: number | Extents,
  augmentation: Augmentation,
  key: Key,
  box: Box = cropOf(image, augmentation, key),
): void {
  const { width, height } = typeof size === "number" ? { width: size, height: size } : size;
  const { jitter, antialias = true } = augmentation;
  const filter = antialias ? "triangle" : "bilinear";
  const { mirror, grey } = choicesOf(augmentation, key);
  if (jitter === undefined && !grey) {
    resampleInto(target, image, box, width, height, filter, mirror);
    return;
  }
  const planes = resample(image, box, width, height, filter, mirror);
  if (jitter !== undefined) jitterColours(planes, jitter, fold(key, "jitter"));
  if (grey) toGrey(planes);
  for (let i = 0; i < planes.length; i++) target[i] = planes[i]! + 0.5; // values are at most 255: truncation rounds them
}

/** The part of a picture that {@link augmentInto} takes. */
export const cropOf = (size: Extents, { crop }: Augmentation, key: Key): Box =>
  crop === undefined ? wholeOf(size) : randomCrop(size.width, size.height, crop, fold(key, "crop"));

/** Whether {@link augmentInto} mirrors the picture, and makes it grey. */
export function choicesOf(
  { flip = 0, grey = 0 }: Augmentation,
  key: Key,
): { readonly mirror: boolean; readonly grey: boolean } {
  if (flip === 0 && grey === 0) return { mirror: false, grey: false };
  const [flipDraw, greyDraw] = uniform(fold(key, "choices"), 2);
  return { mirror: flipDraw! < flip, grey: greyDraw! < grey };
}

/** The whole picture resized to `side` x `side`, as it is evaluated: `[3, side, side]`, 8-bit. */
export function resizeInto(target: Uint8Array, image: RgbImage, side: number): void {
  resampleInto(target, image, wholeOf(image), side, side, "triangle");
}

function jitterColours(planes: Float32Array, jitter: ColourJitter, key: Key): void {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = jitter;
  const draws = uniform(fold(key, "amounts"), 4).map((draw) => 2 * draw - 1); // [-1, 1)
  const factor = (range: number, draw: number): number => Math.max(0, 1 + range * draw);
  for (const step of permutation(fold(key, "order"), 4)) {
    if (step === 0 && brightness > 0) adjustBrightness(planes, factor(brightness, draws[0]!));
    if (step === 1 && contrast > 0) adjustContrast(planes, factor(contrast, draws[1]!));
    if (step === 2 && saturation > 0) adjustSaturation(planes, factor(saturation, draws[2]!));
    if (step === 3 && hue > 0) adjustHue(planes, hue * draws[3]!);
  }
}
