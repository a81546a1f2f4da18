import type { FolderReader } from "../../io/checkpoint.ts";
import { openModel } from "../../models/open-model.ts";
import { compare, incomparable } from "./compare.ts";
import { compareGradients } from "./gradients.ts";
import { readReference, type ReferenceRun } from "./reference.ts";
import type { Tolerances, VerifiedTensor, VerifyReport } from "./report.ts";
import { compute, setUpTrial, type Trial } from "./trial.ts";

/** Ten times what the reference itself differs by from its float64 run, and more. */
const defaultTolerances: Tolerances = { output: 1e-5, gradient: 1e-4 };

/**
 * Computes what a reference implementation computed, and compares: every output, the loss, and the gradient of every
 * weight. What the reference gives and the model does not fails, as does a loss that is not recognised. Gradients that are
 * zero in exact arithmetic, such as those of key biases, are measured by the largest of all gradients.
 *
 * @param read reads the files of a folder, see `readReference`
 * @throws {InputError} the codes of `readReference`, `openModel` and `loadParameters`, and MODEL_INPUT_MISSING
 */
export async function verify(read: FolderReader, tolerances: Tolerances = defaultTolerances): Promise<VerifyReport> {
  const reference = await readReference(read);
  const model = await openModel(reference.config);
  const trial = setUpTrial(model, reference);
  const outputs = await compareOutputs(trial, reference, tolerances.output);
  const gradients = await compareGradients(trial, model, reference, tolerances);
  const tensors = [...outputs, ...gradients.tensors];
  return {
    ...gradients,
    model: model.card.id,
    ...(reference.recipe !== undefined && { recipe: reference.recipe }),
    tensors,
    ok: tensors.length > 0 && tensors.every(({ ok }) => ok),
  };
}

async function compareOutputs(trial: Trial, reference: ReferenceRun, tolerance: number): Promise<VerifiedTensor[]> {
  const given = [...reference.outputs].filter(([name]) => name !== "loss"); // compared with the gradients
  const names = given.flatMap(([name]) => [name, projected[name] ?? name]).filter((name) => name in trial.outputs);
  const results = await compute(Object.fromEntries(names.map((name) => [name, trial.outputs[name]!])), trial);
  return given.map(([name, expected]) => {
    const [found, features] = [results[name], results[projected[name] ?? ""]];
    const nearest = [
      ...(found ? [compare(found, expected, tolerance)] : []),
      ...(features
        ? [{ note: "the projected features, as transformers 5 has them", ...compare(features, expected, tolerance) }]
        : []),
    ].sort((a, b) => a.error - b.error)[0];
    return {
      kind: "output",
      name,
      ...(nearest ?? incomparable(tolerance, "the model gives out nothing of this name")),
    };
  });
}

/** A tower's pooled output, which transformers' `CLIPModel` replaces by its projection from version 5 on: either passes. */
const projected: Readonly<Record<string, string>> = {
  "vision_model_output.pooler_output": "pooled_image",
  "text_model_output.pooler_output": "pooled_text",
};
