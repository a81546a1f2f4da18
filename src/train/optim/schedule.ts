/** The learning rate in force at an update, counted from 0. */
export type Schedule = (step: number) => number;

/** Options of schedules that rise over their first `warmup` updates. */
export interface WarmupOptions {
  /** Updates; 0. */
  readonly warmup?: number;
  /**
   * The rate of the first update: `first` is `1 / warmup` of the peak (open_clip), `zero` is 0, so that the peak comes
   * one update later (Hugging Face); `first`.
   */
  readonly warmupFrom?: "first" | "zero";
}

/** Rises linearly to `peak`, then follows `after`, whose steps count from the end of the warm-up. */
function warmedUp(peak: number, { warmup = 0, warmupFrom = "first" }: WarmupOptions, after: Schedule): Schedule {
  const ahead = warmupFrom === "first" ? 1 : 0;
  return (step) => (step < warmup ? (peak * (step + ahead)) / warmup : after(step - warmup));
}

/** `from` to `to` along half a cosine wave, as `progress` goes from 0 to 1. */
const halfCosine = (from: number, to: number, progress: number): number =>
  to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress));

const line = (from: number, to: number, progress: number): number => from + (to - from) * progress;

/** Always `peak`, after the warm-up. */
export const constant = (peak: number, options: WarmupOptions = {}): Schedule => warmedUp(peak, options, () => peak);

/** Options of {@link cosine} and {@link linear}. */
export interface DecayOptions extends WarmupOptions {
  /** Updates in all, warm-up included. */
  readonly steps: number;
  /** Rate at the end; 0. */
  readonly end?: number;
}

/** Falls along half a cosine wave; beyond `steps` the wave goes on and rises again. */
export const cosine = (peak: number, { steps, end = 0, ...options }: DecayOptions): Schedule =>
  warmedUp(peak, options, (step) => halfCosine(peak, end, step / (steps - (options.warmup ?? 0))));

/** Falls along a line, then stays at `end`. */
export const linear = (peak: number, options: DecayOptions): Schedule => polynomial(peak, { ...options, power: 1 });

/** Falls as a power of the share of updates that is left, then stays at `end`. */
export const polynomial = (
  peak: number,
  { steps, end = 0, power, ...options }: DecayOptions & { readonly power: number },
): Schedule =>
  warmedUp(peak, options, (step) => {
    const left = Math.max(0, 1 - step / (steps - (options.warmup ?? 0)));
    return end + (peak - end) * left ** power;
  });

/** `cycles` equal cosine waves that each fall from the peak to 0; 0 after `steps`. */
export const cosineRestarts = (
  peak: number,
  { steps, cycles, ...options }: WarmupOptions & { readonly steps: number; readonly cycles: number },
): Schedule =>
  warmedUp(peak, options, (step) => {
    const progress = step / (steps - (options.warmup ?? 0));
    return progress >= 1 ? 0 : halfCosine(peak, 0, (cycles * progress) % 1);
  });

/** Falls as one over the root of the step counted from `timescale - warmup` updates before the start. */
export const inverseSqrt = (
  peak: number,
  { timescale, ...options }: WarmupOptions & { readonly timescale: number },
): Schedule => warmedUp(peak, options, (step) => peak / Math.sqrt(1 + step / timescale));

/** Options of {@link warmupStableDecay}. */
export interface WarmupStableDecayOptions extends WarmupOptions {
  /** Updates at the peak. */
  readonly stable: number;
  /** Updates from the peak to `end`. */
  readonly decay: number;
  /** Rate at the end; 0. */
  readonly end?: number;
  /** How it falls; `linear`. */
  readonly shape?: "linear" | "cosine";
}

/**
 * Stays at the peak and falls in the last updates only, so that a run can be prolonged from before its fall.
 * @see Hu et al. 2024, https://arxiv.org/abs/2404.06395, section 4
 */
export const warmupStableDecay = (
  peak: number,
  { stable, decay, end = 0, shape = "linear", ...options }: WarmupStableDecayOptions,
): Schedule =>
  warmedUp(peak, options, (step) => {
    const progress = Math.min(Math.max(step - stable, 0) / decay, 1);
    return (shape === "linear" ? line : halfCosine)(peak, end, progress);
  });

/** Multiplied by `factor` after every `every` updates. */
export const stepped =
  (peak: number, { every, factor }: { readonly every: number; readonly factor: number }): Schedule =>
  (step) =>
    peak * factor ** Math.floor(step / every);

/** Options of {@link oneCycle}, with PyTorch's defaults. */
export interface OneCycleOptions {
  /** Updates in all. */
  readonly steps: number;
  /** Share of the updates in which it rises; 0.3. */
  readonly rise?: number;
  /** The peak over the first rate; 25. */
  readonly startDivisor?: number;
  /** The first rate over the last; 10,000. */
  readonly endDivisor?: number;
}

/**
 * Rises along half a cosine wave, and falls far below where it began along another.
 * @see Smith and Topin 2019, https://arxiv.org/abs/1708.07120
 */
export function oneCycle(
  peak: number,
  { steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4 }: OneCycleOptions,
): Schedule {
  const start = peak / startDivisor;
  const top = rise * steps - 1;
  return (step) =>
    step <= top
      ? halfCosine(start, peak, step / top)
      : halfCosine(peak, start / endDivisor, (step - top) / (steps - 1 - top));
}
