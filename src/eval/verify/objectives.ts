import { sum } from "../../engine/ops/broadcast.ts";
import { add, isFloat } from "../../engine/ops/elementwise.ts";
import { mean, sumSquares } from "../../engine/ops/reduce.ts";
import { mul } from "../../engine/ops/elementwise.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { NamedTensors } from "../../models/model.ts";
import { crossEntropy } from "../../train/losses/cross-entropy.ts";
import { infoNce } from "../../train/losses/info-nce.ts";
import { sigmoidLoss } from "../../train/losses/sigmoid.ts";

/**
 * The losses that a reference may have taken the gradients of, by name: a folder gives the loss's value, not its formula.
 * Those that a model is trained with come first; then what serves only to have gradients, such as a mean of squares.
 */
export function objectives(outputs: NamedTensors, inputs: NamedTensors): NamedTensors {
  const { logits_per_text: perText, logits } = outputs;
  const isSquare = perText?.rank === 2 && perText.shape[0] === perText.shape[1];
  const labels = inputs["labels"];
  return {
    ...(isSquare && { InfoNCE: infoNce(perText), "sigmoid loss": sigmoidLoss(perText) }),
    ...(logits && labels && { "cross-entropy": crossEntropy(logits, labels) }),
    ...plainLosses(outputs),
  };
}

const reductions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "mean of squares": (x) => mul(sumSquares(x), 1 / x.size),
  "sum of squares": (x) => sumSquares(x),
  mean: (x) => mean(x),
  sum: (x) => sum(x),
};

/** Each reduction of each output, and of each two that are not the states between layers. */
function plainLosses(outputs: NamedTensors): NamedTensors {
  const floats = Object.entries(outputs).filter(([, tensor]) => isFloat(tensor));
  const results = floats.filter(([name]) => !/hidden_states\.\d+$/.test(name));
  const losses: Record<string, Tensor> = {};
  for (const [reduction, reduce] of Object.entries(reductions)) {
    for (const [name, tensor] of floats) losses[`${reduction} of ${name}`] = reduce(tensor);
    for (const [i, [first, a]] of results.entries())
      for (const [second, b] of results.slice(i + 1))
        losses[`${reduction} of ${first} and of ${second}`] = add(reduce(a), reduce(b));
  }
  return losses;
}
