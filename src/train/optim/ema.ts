/** An exponential moving average of the parameters. */
export interface EmaOptions {
  /** Share of the average that stays at each update, e.g. 0.999. */
  readonly decay: number;
  /** Let less of it stay in the first updates, `min(decay, (1 + step) / (10 + step))`; false. */
  readonly warmup?: boolean;
}

/** Share of the moving average that the new parameter replaces at `step` (from 0). */
export const emaRate = ({ decay, warmup = false }: EmaOptions, step: number): number =>
  1 - (warmup ? Math.min(decay, (1 + step) / (10 + step)) : decay);
