import { add, div, maximum, mul, reciprocal, sqrt, sub } from "../../engine/ops/elementwise.ts";
import { reshape } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { mean } from "../../engine/ops/reduce.ts";
import type { Shape } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { lerp, type Optimizer, type UpdateInputs, type Updated } from "./optimizer.ts";

/**
 * Adafactor keeps the second moment of a matrix as a mean for each row and one for each column, so that its state is
 * far smaller than the parameter.
 * @see Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235, algorithms 4 and 5
 */

/** Options of {@link adafactor}, with the defaults of Hugging Face transformers. */
export interface AdafactorOptions {
  /** Added to the squared gradient, and the least scale of a parameter; [1e-30, 1e-3]. */
  readonly eps?: readonly [number, number];
  /** Largest root mean square of an update before it is scaled by the learning rate; 1. */
  readonly clipThreshold?: number;
  /** The second moments take in the share `t^decayRate` of the squared gradient at step `t` (from 1); -0.8. */
  readonly decayRate?: number;
  /** Share of a first moment that stays; without it there is none. */
  readonly beta1?: number;
  /** Multiply the learning rate by the parameter's root mean square; true. */
  readonly scaleParameter?: boolean;
  /** Learning rate from the step alone, `min(1e-2, 1 / sqrt(t))`: the given one is ignored; true. */
  readonly relativeStep?: boolean;
  /** With `relativeStep`: rise by 1e-6 a step instead of starting at 1e-2; false. */
  readonly warmupInit?: boolean;
}

type AdafactorSlot = "exp_avg" | "exp_avg_sq" | "exp_avg_sq_row" | "exp_avg_sq_col";
type AdafactorScalar = "lr" | "decay" | "intake";

/** Adafactor as Hugging Face transformers defines it; weight decay is decoupled. */
export function adafactor({
  eps: [epsSquare, epsScale] = [1e-30, 1e-3],
  clipThreshold = 1,
  decayRate = -0.8,
  beta1,
  scaleParameter = true,
  relativeStep = true,
  warmupInit = false,
}: AdafactorOptions = {}): Optimizer<AdafactorSlot, AdafactorScalar> {
  return {
    name: "adafactor",
    slots: (shape) => ({
      ...(beta1 === undefined ? {} : { exp_avg: { shape } }),
      ...(isFactored(shape)
        ? { exp_avg_sq_row: { shape: shape.toSpliced(-1, 1) }, exp_avg_sq_col: { shape: shape.toSpliced(-2, 1) } }
        : { exp_avg_sq: { shape } }),
    }),
    scalars({ step, lr, weightDecay }) {
      const t = step + 1;
      const relative = Math.min(warmupInit ? 1e-6 * t : 1e-2, 1 / Math.sqrt(t));
      return { lr: relativeStep ? relative : lr, decay: weightDecay, intake: t ** decayRate };
    },
    update(inputs) {
      const { param, grad, slot, scalar } = inputs;
      const lr = scaleParameter ? mul(scalar("lr"), maximum(rms(param), epsScale)) : scalar("lr");
      const { inverseRoot, slots } = inverseRootMoment(inputs, add(mul(grad, grad), epsSquare));
      const raw = mul(inverseRoot, grad);
      const clipped = mul(div(raw, maximum(mul(rms(raw), 1 / clipThreshold), 1)), lr);
      const change = beta1 === undefined ? clipped : lerp(slot("exp_avg"), clipped, 1 - beta1);
      return {
        param: sub(sub(param, mul(param, mul(scalar("decay"), lr))), change),
        slots: { ...slots, ...(beta1 === undefined ? {} : { exp_avg: change }) },
      };
    },
  };
}

/** One over the root of the second moment, of the parameter's shape or broadcasting to it, and the new moments. */
function inverseRootMoment(
  { param, slot, scalar }: UpdateInputs<AdafactorSlot, AdafactorScalar>,
  square: Tensor,
): { inverseRoot: Tensor; slots: Updated["slots"] } {
  const taken = (name: AdafactorSlot, value: Tensor): Tensor => lerp(slot(name), value, scalar("intake"));
  if (!isFactored(param.shape)) {
    const moment = taken("exp_avg_sq", square);
    return { inverseRoot: inverseSqrt(moment), slots: { exp_avg_sq: moment } };
  }
  const row = taken("exp_avg_sq_row", mean(square, { axis: -1 }));
  const column = taken("exp_avg_sq_col", mean(square, { axis: -2 }));
  const share = inverseSqrt(div(row, mean(row, { axis: -1, keepDims: true })));
  return {
    inverseRoot: mul(
      reshape(share, param.shape.toSpliced(-1, 1, 1)),
      reshape(inverseSqrt(column), param.shape.toSpliced(-2, 1, 1)),
    ),
    slots: { exp_avg_sq_row: row, exp_avg_sq_col: column },
  };
}

/** Options of {@link adafactorTorch}, with PyTorch's defaults. */
export interface AdafactorTorchOptions {
  /** The second moments take in the share `t^beta2Decay` of the squared gradient at step `t` (from 1); -0.8. */
  readonly beta2Decay?: number;
  /** Floor of the roots of second moments, and the least scale of a parameter; [2^-23, 1e-3]. */
  readonly eps?: readonly [number, number];
  /** Largest root mean square of an update before it is scaled by the learning rate; 1. */
  readonly clipThreshold?: number;
}

type AdafactorTorchSlot = "variance" | "row_var" | "col_var";

/** Adafactor as PyTorch defines it: the learning rate is relative to the parameter's size and at most `1 / sqrt(t)`. */
export function adafactorTorch({
  beta2Decay = -0.8,
  eps: [epsRoot, epsScale] = [2 ** -23, 1e-3],
  clipThreshold = 1,
}: AdafactorTorchOptions = {}): Optimizer<AdafactorTorchSlot, AdafactorScalar> {
  return {
    name: "adafactor",
    slots: (shape) =>
      isFactored(shape)
        ? { row_var: { shape: shape.toSpliced(-1, 1, 1) }, col_var: { shape: shape.toSpliced(-2, 1, 1) } }
        : { variance: { shape } },
    scalars({ step, lr, weightDecay }) {
      const t = step + 1;
      return { lr: Math.min(lr, 1 / Math.sqrt(t)), decay: 1 - lr * weightDecay, intake: t ** beta2Decay };
    },
    update({ param, grad, slot, scalar }) {
      const square = mul(grad, grad);
      const taken = (name: AdafactorTorchSlot, value: Tensor): Tensor => lerp(slot(name), value, scalar("intake"));
      const descend = (variance: Tensor): Tensor => {
        const raw = div(grad, maximum(sqrt(variance), epsRoot));
        const lr = mul(scalar("lr"), maximum(rms(param), epsScale));
        const change = mul(raw, div(lr, maximum(mul(rms(raw), 1 / clipThreshold), 1)));
        return sub(mul(param, scalar("decay")), change);
      };
      if (!isFactored(param.shape)) {
        const variance = taken("variance", square);
        return { param: descend(variance), slots: { variance } };
      }
      const row = taken("row_var", mean(square, { axis: -1, keepDims: true }));
      const column = taken("col_var", mean(square, { axis: -2, keepDims: true }));
      const variance = div(matmul(row, column), maximum(mean(row, { axis: -2, keepDims: true }), epsRoot));
      return { param: descend(variance), slots: { row_var: row, col_var: column } };
    },
  };
}

const isFactored = (shape: Shape): boolean => shape.length >= 2;
const inverseSqrt = (x: Tensor): Tensor => reciprocal(sqrt(x));

/** Root mean square of all elements: `[]`. */
const rms = (x: Tensor): Tensor => sqrt(mean(mul(x, x)));
