/** How values stand along an axis. */
export type AxisScale = "linear" | "log";

/** One direction of a plot. */
export interface Axis {
  /** Where a value stands: 0 at the start of the axis, 1 at its end. */
  readonly at: (value: number) => number;
  /** Round values within the axis, about five. */
  readonly ticks: readonly number[];
}

/** An axis from `low` to `high`. A log axis needs `low > 0`. Equal ends are spread a little, so that one value has a place. */
export function axis(low: number, high: number, scale: AxisScale): Axis {
  if (low === high) return axis(low - (Math.abs(low) || 1) / 10, high + (Math.abs(high) || 1) / 10, scale);
  if (scale === "linear") return { at: (value) => (value - low) / (high - low), ticks: linearTicks(low, high) };
  const [from, to] = [Math.log(low), Math.log(high)];
  return { at: (value) => (Math.log(value) - from) / (to - from), ticks: logTicks(low, high) };
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high * (1 + 1e-12) + 1e-300; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten where several fit, else 1, 2 and 5 times them, else linear ticks. */
function logTicks(low: number, high: number): number[] {
  const decades = (factors: readonly number[]): number[] => {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
      for (const factor of factors) ticks.push(Number((factor * 10 ** power).toPrecision(12)));
    return ticks.filter((tick) => tick >= low && tick <= high);
  };
  const powers = decades([1]);
  const every = Math.ceil(powers.length / 6);
  if (powers.length >= 4) return powers.filter((_, i) => i % every === 0);
  const finer = decades([1, 2, 5]);
  return finer.length >= 3 ? finer : linearTicks(low, high).filter((tick) => tick > 0);
}

/** A cosine with two decimals and a true minus sign, never "-0.00". */
export const formatCosine = (cosine: number): string =>
  (Math.round(cosine * 100) / 100 + 0).toFixed(2).replace("-", "\u2212");

/** A value for an axis or a hover: at most four digits, exponents for the very small and large. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return Number(value.toPrecision(4)).toExponential();
  return Number(value.toPrecision(size >= 1000 ? 12 : 4)).toLocaleString("en-US", {
    maximumFractionDigits: size >= 1000 ? 0 : 7,
  });
}
