import { gather } from "../engine/ops/gather.ts";
import { affine } from "../engine/ops/matmul.ts";
import { layerNorm as normalize } from "../engine/ops/normalize.ts";
import type { Tensor } from "../engine/tensor.ts";
import { normalInit, ones, zeros, type Init } from "./init.ts";
import type { Scope } from "./scope.ts";

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Whether there is a `bias`; true if absent. */
  readonly bias?: boolean;
  /** First value of `weight`; normal with deviation 0.02 if absent. */
  readonly init?: Init;
}

/** Affine map of the last axis, parameters `weight` `[out, in]` and `bias` `[out]`: `[..., in] -> [..., out]`. */
export function linear(
  scope: Scope,
  x: Tensor,
  out: number,
  { bias = true, init = normalInit(0.02) }: LinearOptions = {},
): Tensor {
  const weight = scope.param("weight", [out, x.shape.at(-1)!], init);
  return affine(x, weight, bias ? scope.param("bias", [out], zeros) : undefined);
}

/** Layer normalisation of the last axis, parameters `weight` and `bias` `[width]`: `[..., width] -> [..., width]`. */
export function layerNorm(scope: Scope, x: Tensor, epsilon = 1e-5): Tensor {
  const width = x.shape.slice(-1);
  return normalize(x, scope.param("weight", width, ones), scope.param("bias", width, zeros), epsilon);
}

/** Looks ids up in the parameter `weight` `[count, width]`: `[...]` int64 gives `[..., width]`. */
export function embedding(
  scope: Scope,
  ids: Tensor,
  count: number,
  width: number,
  init: Init = normalInit(0.02),
): Tensor {
  return gather(scope.param("weight", [count, width], init), ids);
}
