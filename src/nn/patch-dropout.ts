import { hostTensor } from "../engine/host-tensor.ts";
import { add, mul } from "../engine/ops/elementwise.ts";
import { gather, iota } from "../engine/ops/gather.ts";
import { reshape } from "../engine/ops/layout.ts";
import { uniform, type Key } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { HostTensor } from "../platform/session.ts";
import { extents } from "./extents.ts";

/** Patch dropout: training on a random part of each picture's patches, in a fraction of the time. */

/**
 * The tokens that each item keeps.
 * @param tokens `[batch, tokens, width]`
 * @param keep   `[batch, kept]` int64
 * @returns      `[batch, kept, width]`, in the order of `keep`
 * @see Li et al. 2022 (FLIP), https://arxiv.org/abs/2212.00794 section 3
 */
export function keepPatches(tokens: Tensor, keep: Tensor): Tensor {
  const [batch, count, width] = extents(tokens, "batch", "tokens", "width");
  const first = mul(reshape(iota(batch), [batch, 1]), count); // the row of each item's first token
  return gather(reshape(tokens, [batch * count, width]), add(first, keep));
}

/** How many of `patches` stay when each is dropped with probability `rate`: at least one. */
export const keptCount = (patches: number, rate: number): number => Math.max(1, Math.floor(patches * (1 - rate)));

/** For each picture a random choice of patches, every choice as likely: int64 `[batch, kept]`, to be fed to the graph. */
export const drawKeptPatches = (key: Key, batch: number, patches: number, kept: number): HostTensor<"int64"> =>
  largestPatches(uniform(key, batch * patches), patches, kept);

/**
 * The places of the largest numbers of each row, largest first; of equal ones the first comes first.
 * @param noise `[batch, patches]`
 * @returns     int64 `[batch, kept]`
 */
export function largestPatches(noise: Float32Array, patches: number, kept: number): HostTensor<"int64"> {
  const batch = noise.length / patches;
  const places = Array.from({ length: batch }, (_, item) => {
    const row = noise.subarray(item * patches, (item + 1) * patches);
    return Array.from(row.keys())
      .sort((a, b) => row[b]! - row[a]!)
      .slice(0, kept);
  });
  return hostTensor("int64", [batch, kept], places.flat());
}
