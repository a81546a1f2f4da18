/** A bar of a histogram: values from `low` up to but not `high`. */
export interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What a {@link Tally} has counted. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
  readonly mean: number;
  readonly bars: readonly Bar[];
}

/**
 * Counts whole numbers of 0 or more in memory that does not grow with their number: small values one by one, larger ones within 1/16 of
 * their size. Quantiles are exact up to 128, and to about 3 % beyond.
 */
export class Tally {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  add(value: number): void {
    const bin = binOf(value);
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1);
    this.#count++;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** `undefined` if nothing was counted. */
  distribution(): Distribution | undefined {
    if (this.#count === 0) return undefined;
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    return {
      count: this.#count,
      min: this.#min,
      median: this.#quantile(sorted, 0.5),
      p90: this.#quantile(sorted, 0.9),
      max: this.#max,
      mean: this.#sum / this.#count,
      bars: barsOf(sorted, this.#min, this.#max),
    };
  }

  /** The least value that at least this share of the values do not exceed. */
  #quantile(sorted: readonly (readonly [number, number])[], share: number): number {
    let seen = 0;
    for (const [bin, count] of sorted) {
      seen += count;
      if (seen >= share * this.#count) return Math.min(this.#max, Math.max(this.#min, bin));
    }
    return this.#max;
  }
}

/** What each of several tallies has counted; those that counted nothing are left out. */
export const distributionsIn = <Name extends string>(
  tallies: Readonly<Record<Name, Tally>>,
): Partial<Record<Name, Distribution>> => {
  const found: Partial<Record<Name, Distribution>> = {};
  for (const name in tallies) {
    const distribution = tallies[name].distribution();
    if (distribution !== undefined) found[name] = distribution;
  }
  return found;
};

/** The value itself below 128, else the lower end of one of sixteen steps between powers of two. */
function binOf(value: number): number {
  if (value < 128) return value;
  const step = 2 ** (Math.floor(Math.log2(value)) - 4);
  return Math.floor(value / step) * step;
}

/** About a dozen bars: equal steps where values are of one size, else doubling ones. */
function barsOf(sorted: readonly (readonly [bin: number, count: number])[], min: number, max: number): Bar[] {
  const edges = max < 40 || max < 8 * (min + 1) ? equalEdges(min, max) : doublingEdges(min, max);
  const counts = edges.slice(1).map(() => 0);
  for (const [bin, count] of sorted) {
    const above = edges.findIndex((edge) => edge > bin);
    counts[Math.max(0, above - 1)]! += count; // a bin may begin a little below the least value
  }
  return counts.map((count, i) => ({ low: edges[i]!, high: edges[i + 1]!, count }));
}

function equalEdges(min: number, max: number): number[] {
  const rough = (max + 1 - min) / 12;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10));
  const edges = [Math.floor(min / step) * step];
  while (edges.at(-1)! <= max) edges.push(edges.at(-1)! + step);
  return edges;
}

function doublingEdges(min: number, max: number): number[] {
  const edges = [min < 1 ? 0 : 2 ** Math.floor(Math.log2(min))];
  while (edges.at(-1)! <= max) edges.push(edges.at(-1) === 0 ? 1 : edges.at(-1)! * 2);
  return edges;
}
