/** A measurement over training. */
export interface Curve {
  readonly name: string;
  /** Step and value, in order of step. Values that are not finite are not drawn. */
  readonly points: readonly (readonly [step: number, value: number])[];
}

/** Points to draw: some of the measured ones, each with the smoothed value at its step. */
export interface DrawnCurve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly raw: readonly number[];
  readonly smooth: readonly number[];
}

/**
 * Thins a curve for drawing. Of each run of points the lowest and the highest stay, so that no spike is lost; the smoothed
 * line is made from all points.
 *
 * @param buckets Runs; at most twice as many points are drawn.
 */
export function drawnCurve({ name, points }: Curve, buckets = 240): DrawnCurve {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const values = finite.map(([, value]) => value);
  const smooth = smoothed(values);
  const kept = thinned(values, buckets);
  return {
    name,
    steps: kept.map((i) => finite[i]![0]),
    raw: kept.map((i) => values[i]!),
    smooth: kept.map((i) => smooth[i]!),
  };
}

/** Indices of the lowest and highest value of each of `buckets` equal runs, in order. */
function thinned(values: readonly number[], buckets: number): number[] {
  if (values.length <= 2 * buckets) return values.map((_, i) => i);
  const kept = new Set([0, values.length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * values.length) / buckets);
    const end = Math.floor(((bucket + 1) * values.length) / buckets);
    let [low, high] = [start, start];
    for (let i = start; i < end; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b);
}

/**
 * Local linear regression over about a twentieth of the curve on either side: a moving average that neither lags on slopes
 * nor bends at the ends. A curve of under 100 points, or without noise (one that seldom turns, like a learning rate), stays as
 * it is.
 */
function smoothed(values: readonly number[]): readonly number[] {
  if (values.length < 100 || turns(values) < values.length / 10) return values;
  const reach = Math.ceil(values.length / 40);
  const sums = [0]; //    sums[i]: of the values before i
  const moments = [0]; // moments[i]: of index times value before i
  for (const [i, value] of values.entries()) {
    sums.push(sums[i]! + value);
    moments.push(moments[i]! + i * value);
  }
  return values.map((_, i) => {
    const [start, end] = [Math.max(0, i - reach), Math.min(values.length, i + reach + 1)];
    const count = end - start;
    const centre = (start + end - 1) / 2;
    const mean = (sums[end]! - sums[start]!) / count;
    const slope = (moments[end]! - moments[start]! - centre * mean * count) / ((count * (count ** 2 - 1)) / 12);
    return mean + slope * (i - centre);
  });
}

/** How often a curve changes from rising to falling or back. */
function turns(values: readonly number[]): number {
  let count = 0;
  for (let i = 2; i < values.length; i++)
    if ((values[i]! - values[i - 1]!) * (values[i - 1]! - values[i - 2]!) < 0) count++;
  return count;
}
