/** Linear warm-up to `peak` over `warmup` updates, then half a cosine down to 0 at `steps`. Updates count from 1. */
export const warmupCosine =
  (peak: number, warmup: number, steps: number) =>
  (step: number): number =>
    step <= warmup
      ? (peak * step) / warmup
      : 0.5 * peak * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)));
