import type { Tensor } from "../../engine/tensor.ts";
import { numbered, type NamedTensors } from "../model.ts";

/** What a tower computes. */
export interface TowerOutputs {
  /** Input of the first layer and output of each: `[batch, tokens, width]`. */
  readonly hiddenStates: readonly Tensor[];
  /** `[batch, tokens, width]`. */
  readonly lastHiddenState: Tensor;
  /** `[batch, width]`; absent where the tower has no head to pool with. */
  readonly pooled?: Tensor;
}

/** A tower's outputs by Hugging Face's names, each after `prefix`. */
export function namedOutputs({ hiddenStates, lastHiddenState, pooled }: TowerOutputs, prefix = ""): NamedTensors {
  return {
    [`${prefix}last_hidden_state`]: lastHiddenState,
    ...(pooled && { [`${prefix}pooler_output`]: pooled }),
    ...numbered(`${prefix}hidden_states`, hiddenStates),
  };
}
