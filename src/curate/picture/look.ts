import type { RgbImage } from "../../platform/platform.ts";

/** What can be said of a picture from its pixels alone. */
export interface Look {
  /** Brightness that 1 % of the pixels exceed, 0 to 1: a dark picture has no bright pixel. */
  readonly brightest: number;
  /** Brightness that 5 % of the pixels stay below, 0 to 1: a bright picture has no dark pixel. */
  readonly darkest: number;
  /** Entropy of the brightness histogram, 0 to 8 bits. */
  readonly entropy: number;
  /** Distinct colours, at 5 bits a channel: 1 to 32,768. */
  readonly colours: number;
  /** Share of pixels whose channels differ by more than {@link colourSpread}: 0 in a greyscale picture. */
  readonly colourShare: number;
  /** Variance of the Laplacian of the brightness (0 to 255): small where there are no sharp edges. */
  readonly laplacianVariance: number;
  /** The same relative to the variance of the brightness, so that faint pictures can be sharp. */
  readonly sharpness: number;
}

/** Differences of channels up to this come from JPEG, not from colour. */
const colourSpread = 16;

/** Measures a picture. */
export function lookOf(image: RgbImage): Look {
  const { grey, histogram, colours, coloured } = survey(image);
  const pixels = image.width * image.height;
  return {
    brightest: quantile(histogram, pixels, 0.99) / 255,
    darkest: quantile(histogram, pixels, 0.05) / 255,
    entropy: entropyOf(histogram, pixels),
    colours,
    colourShare: coloured / pixels,
    ...sharpnessOf(grey, image.width, image.height, histogram),
  };
}

/** Memory that one picture after the other uses: making it anew takes as long as filling it. */
const scratch = {
  /** Brightness of each pixel. */
  grey: new Uint8Array(2 ** 16),
  /** A mark for each colour that the picture has. */
  seen: new Uint8Array(2 ** 15),
};

/** One pass over the pixels. */
function survey({ data, width, height }: RgbImage): {
  /** Brightness of each pixel, 0 to 255 (ITU-R BT.601 luma, rounded), and perhaps more; good until the next call. */
  readonly grey: Uint8Array;
  /** How many pixels have each brightness. */
  readonly histogram: Uint32Array;
  readonly colours: number;
  /** Pixels whose channels differ by more than {@link colourSpread}. */
  readonly coloured: number;
} {
  const pixels = width * height;
  if (scratch.grey.length < pixels) scratch.grey = new Uint8Array(pixels);
  const { grey, seen } = scratch;
  const histogram = new Uint32Array(256);
  seen.fill(0);
  let [colours, coloured] = [0, 0];
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
    // 16-bit fixed point of 0.299, 0.587 and 0.114; they add up to 65536
    const brightness = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
    grey[i] = brightness;
    histogram[brightness]!++;
    const colour = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    colours += 1 - seen[colour]!;
    seen[colour] = 1;
    const [most, least] = [r > g ? (r > b ? r : b) : g > b ? g : b, r < g ? (r < b ? r : b) : g < b ? g : b];
    if (most - least > colourSpread) coloured++;
  }
  return { grey, histogram, colours, coloured };
}

/** The smallest brightness that a share of the pixels do not exceed. */
function quantile(histogram: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += histogram[value]!;
    if (seen >= share * total) return value;
  }
  return 255;
}

function entropyOf(histogram: Uint32Array, total: number): number {
  let entropy = 0;
  for (const count of histogram) if (count > 0) entropy -= (count / total) * Math.log2(count / total);
  return entropy;
}

/** The Laplacian is 4 times a pixel less its four neighbours; pixels at the border have none. */
function sharpnessOf(
  grey: Uint8Array,
  width: number,
  height: number,
  histogram: Uint32Array,
): Pick<Look, "laplacianVariance" | "sharpness"> {
  let [sum, squares] = [0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const value = 4 * grey[at]! - grey[at - 1]! - grey[at + 1]! - grey[at - width]! - grey[at + width]!;
      sum += value;
      squares += value * value;
    }
  const count = Math.max(0, width - 2) * Math.max(0, height - 2);
  const laplacianVariance = count === 0 ? 0 : squares / count - (sum / count) ** 2;
  const variance = varianceOf(histogram, width * height);
  return { laplacianVariance, sharpness: variance === 0 ? 0 : laplacianVariance / variance };
}

function varianceOf(histogram: Uint32Array, total: number): number {
  let [sum, squares] = [0, 0];
  for (let value = 0; value < 256; value++) {
    sum += value * histogram[value]!;
    squares += value * value * histogram[value]!;
  }
  return squares / total - (sum / total) ** 2;
}
