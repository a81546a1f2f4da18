import * as z from "zod";
import { mean } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import type { NamedTensors } from "../model.ts";
import { namedOutputs, type TowerOutputs } from "./outputs.ts";

/** Keys of a `config.json` that say whether the checkpoint is a classifier of pictures, and of which classes. */
export const classifierKeys = {
  /** The class that wrote the checkpoint. */
  architectures: z.array(z.string()).default([]),
  /** Class names by number; there are as many classes as names. */
  id2label: z.record(z.string(), z.string()).default({ 0: "LABEL_0", 1: "LABEL_1" }),
};

/** The values of {@link classifierKeys}. */
export interface ClassifierConfig {
  readonly architectures: readonly string[];
  readonly id2label: Readonly<Record<string, string>>;
}

/** Whether the checkpoint is a classifier of pictures. */
export const isClassifier = ({ architectures }: ClassifierConfig): boolean =>
  architectures.some((name) => name.endsWith("ForImageClassification"));

/** Logits of classes from the mean of the patches `[batch, patches, width]`, parameter `classifier`, and the tower's states. */
export function classifyPatches(
  scope: Scope,
  patches: Tensor,
  { hiddenStates, lastHiddenState }: TowerOutputs,
  { id2label }: ClassifierConfig,
): NamedTensors {
  const logits = linear(scope.at("classifier"), mean(patches, { axis: 1 }), Object.keys(id2label).length);
  return { logits, ...namedOutputs({ hiddenStates, lastHiddenState }) };
}
