import type { FolderReader } from "../../io/checkpoint.ts";
import { openModel } from "../../models/open-model.ts";
import { compare } from "./compare.ts";
import { compareGradients } from "./gradients.ts";
import { readReference, type ReferenceRun } from "./reference.ts";
import type { Findings, Tolerances, VerifyReport } from "./report.ts";
import { compute, setUpTrial, type Trial } from "./trial.ts";

/** Ten times what the reference itself differs by from its float64 run, and more. */
const defaultTolerances: Tolerances = { output: 1e-5, gradient: 1e-4 };

/**
 * Computes what a reference implementation computed, and compares: every output that the model has, the loss, and the
 * gradient of every weight. Gradients that are zero in exact arithmetic, such as those of key biases, are measured by the
 * largest of all gradients.
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
  const tensors = [...outputs.tensors, ...gradients.tensors];
  return {
    ...gradients,
    model: model.card.id,
    ...(reference.recipe !== undefined && { recipe: reference.recipe }),
    tensors,
    skipped: [...outputs.skipped, ...gradients.skipped],
    ok: tensors.length > 0 && tensors.every(({ ok }) => ok),
  };
}

async function compareOutputs(trial: Trial, reference: ReferenceRun, tolerance: number): Promise<Findings> {
  const names = [...reference.outputs.keys()].filter((name) => name !== "loss"); // compared with the gradients
  const known = names.filter((name) => name in trial.outputs);
  const results = await compute(Object.fromEntries(known.map((name) => [name, trial.outputs[name]!])), trial);
  return {
    tensors: known.map((name) => ({
      kind: "output",
      name,
      ...compare(results[name]!, reference.outputs.get(name)!, tolerance),
    })),
    skipped: names
      .filter((name) => !(name in trial.outputs))
      .map((name) => ({ name, reason: "the model gives out nothing of this name" })),
  };
}
