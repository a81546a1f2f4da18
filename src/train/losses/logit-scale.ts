import type { HostTensor } from "../../platform/session.ts";

/**
 * Keeps a learned logit scale, which is stored as its logarithm, from growing beyond a factor: to be called after each
 * update. CLIP clips at 100 "which we found necessary to prevent training instability".
 * @param logScale changed in place
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020 section 2.5
 */
export function clampLogitScale({ data }: HostTensor<"float32">, largest = 100): void {
  const bound = Math.log(largest);
  for (let i = 0; i < data.length; i++) data[i] = Math.min(data[i]!, bound);
}
