import { fold, uniform, type Key } from "../../engine/random.ts";
import type { Box } from "../image/resample.ts";

/** What part of a picture a random crop may take. */
export interface CropRange {
  /** Smallest and largest share of the picture's area. */
  readonly scale: readonly [min: number, max: number];
  /** Smallest and largest width / height. */
  readonly ratio: readonly [min: number, max: number];
}

/** Tries before giving up on a box that fits. */
const attempts = 10;

/**
 * A random box of a picture, as torchvision's `RandomResizedCrop` chooses it: area uniform, aspect ratio uniform in its logarithm, place uniform;
 * where no box fits after ten tries, the largest central one within the ratios.
 * @see Szegedy et al. 2014, https://arxiv.org/abs/1409.4842, section 6
 */
export function randomCrop(width: number, height: number, { scale, ratio }: CropRange, key: Key): Box {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const draws = uniform(fold(key, attempt), 4);
    const area = width * height * between(scale[0], scale[1], draws[0]!);
    const aspect = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1]), draws[1]!));
    const boxWidth = Math.round(Math.sqrt(area * aspect));
    const boxHeight = Math.round(Math.sqrt(area / aspect));
    if (boxWidth < 1 || boxHeight < 1 || boxWidth > width || boxHeight > height) continue;
    return {
      left: Math.floor(draws[2]! * (width - boxWidth + 1)),
      top: Math.floor(draws[3]! * (height - boxHeight + 1)),
      width: boxWidth,
      height: boxHeight,
    };
  }
  return centralCrop(width, height, ratio);
}

function centralCrop(width: number, height: number, ratio: CropRange["ratio"]): Box {
  const aspect = Math.min(Math.max(width / height, ratio[0]), ratio[1]);
  const boxWidth = Math.max(1, Math.min(width, Math.round(height * aspect)));
  const boxHeight = Math.max(1, Math.min(height, Math.round(width / aspect)));
  return {
    left: Math.floor((width - boxWidth) / 2),
    top: Math.floor((height - boxHeight) / 2),
    width: boxWidth,
    height: boxHeight,
  };
}

const between = (low: number, high: number, draw: number): number => low + (high - low) * draw;
