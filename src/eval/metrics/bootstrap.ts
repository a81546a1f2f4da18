import { bits, fold, type Key } from "../../engine/random.ts";

/** A confidence interval, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Means of `columns` over resampled rows: each replicate draws as many rows as there are, with replacement, and takes
 * the same rows of every column, so that columns measured on the same queries stay paired.
 *
 * @param columns   One value per query each, all of the same length.
 * @param from      Random key: equal keys give equal replicates.
 * @param resamples Replicates.
 * @returns         For each column, `resamples` means.
 * @see Efron 1979, "Bootstrap methods: another look at the jackknife", https://doi.org/10.1214/aos/1176344552
 */
export function resampleMeans(columns: readonly ArrayLike<number>[], from: Key, resamples = 2000): Float64Array[] {
  const rows = columns[0]?.length ?? 0;
  const means = columns.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = bits(fold(from, resample), rows);
    for (let i = 0; i < rows; i++) drawn[i] = (drawn[i]! / 2 ** 32) * rows;
    for (const [c, column] of columns.entries()) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += column[drawn[i]!]!;
      means[c]![resample] = sum / rows;
    }
  }
  return means;
}

/** The middle `level` (a fraction) of `replicates`, linear between neighbours; NaN at both ends if there are none or one is NaN. */
export function percentileInterval(replicates: Float64Array, level = 0.95): Interval {
  const sorted = replicates.slice().sort(); // NaN last
  if (!(sorted.length > 0) || Number.isNaN(sorted.at(-1))) return { low: NaN, high: NaN };
  const quantile = (q: number): number => {
    const at = q * (sorted.length - 1);
    const below = sorted[Math.floor(at)]!;
    return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
  };
  return { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}

/** 95 % percentile-bootstrap interval of the mean of each column. */
export const bootstrapMeans = (columns: readonly ArrayLike<number>[], from: Key, resamples = 2000): Interval[] =>
  resampleMeans(columns, from, resamples).map((replicates) => percentileInterval(replicates));
