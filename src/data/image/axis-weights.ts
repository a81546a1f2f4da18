/**
 * How source pixels are weighted, as functions of their distance from the output pixel's centre:
 * `box` averages the covered pixels, `triangle` is bilinear with antialiasing when shrinking, `bilinear` takes the four
 * nearest pixels however much it shrinks (faster, aliases below half size).
 */
export type Filter = "box" | "triangle" | "bilinear";

/** The weights of one axis: output position `i` sums `weights[i * taps + t]` times source position `starts[i] + t` over `taps` values of `t`. */
export interface AxisWeights {
  readonly starts: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

/** A part of an axis: from where, possibly between two pixels, and how long. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/**
 * Weights of resizing a part of `pixels` source pixels to `count`, normalised to sum 1; every tap is one of the pixels.
 * @param mirror output positions are counted from the other end
 */
export function axisWeights(
  { start, length }: Span,
  pixels: number,
  count: number,
  filter: Filter,
  mirror = false,
): AxisWeights {
  const scale = length / count;
  const spread = filter === "bilinear" ? 1 : Math.max(1, scale); // source pixels to one unit of the filter's argument
  const support = (filter === "box" ? 0.5 : 1) * spread;
  const taps = Math.min(pixels, Math.ceil(2 * support));
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = start + (i + 0.5) * scale;
    const first = Math.max(0, Math.min(pixels - taps, Math.floor(centre - support - 0.5) + 1));
    const place = mirror ? count - 1 - i : i;
    starts[place] = first;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const distance = (first + t + 0.5 - centre) / spread;
      const weight =
        filter === "box" ? Number(distance > -0.5 && distance <= 0.5) : Math.max(0, 1 - Math.abs(distance));
      weights[place * taps + t] = weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[place * taps + t]! /= sum;
  }
  return { starts, weights, taps };
}
