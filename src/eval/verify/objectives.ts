import { sum } from "../../engine/ops/broadcast.ts";
import { add, isFloat, mul, softplus, sub } from "../../engine/ops/elementwise.ts";
import { reshape } from "../../engine/ops/layout.ts";
import { mean, sumSquares } from "../../engine/ops/reduce.ts";
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
    ...(logits && labels && labelLosses(logits, labels)),
    ...plainLosses(outputs),
  };
}

/** Those that Hugging Face's classifiers take: of one class, of a number for each class, of any number of classes. */
function labelLosses(logits: Tensor, labels: Tensor): NamedTensors {
  if (!isFloat(labels)) return logits.rank === labels.rank + 1 ? { "cross-entropy": crossEntropy(logits, labels) } : {};
  if (labels.size !== logits.size) return {};
  const wanted = reshape(labels, logits.shape);
  return {
    "mean squared error": mul(sumSquares(sub(logits, wanted)), 1 / logits.size),
    "binary cross-entropy": mean(sub(softplus(logits), mul(logits, wanted))),
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
