import * as z from "zod";
import { InputError } from "../platform/error.ts";
import { parseJson } from "../platform/json.ts";
import { remarkCodes, type Remark } from "./doctor.ts";

const StepLine = z
  .object({
    step: z.int(),
    loss: z.number(),
    lr: z.number(),
    gradNorm: z.number(),
    /** Milliseconds. */
    took: z.number(),
    /** Milliseconds. */
    waited: z.number(),
  })
  .catchall(z.number());

const ValidationLine = z.object({ step: z.int(), validationLoss: z.number() });

const RemarkLine = z.object({
  code: z.enum(remarkCodes),
  step: z.int(),
  level: z.enum(["warning", "error"]),
  message: z.string(),
  action: z.string(),
});

/** A step as `metrics.jsonl` keeps it: its numbers by name. */
export type StepMetrics = z.infer<typeof StepLine>;

/** What `metrics.jsonl` holds. */
export interface TrainingMetrics {
  readonly steps: readonly StepMetrics[];
  readonly validation: readonly z.infer<typeof ValidationLine>[];
  readonly remarks: readonly Remark[];
}

/**
 * Reads `metrics.jsonl`.
 * @throws {InputError} METRICS_INVALID
 */
export function readMetrics(text: string, where = "metrics.jsonl"): TrainingMetrics {
  const steps: StepMetrics[] = [];
  const validation: z.infer<typeof ValidationLine>[] = [];
  const remarks: Remark[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const value = parseJson(line);
    const step = StepLine.safeParse(value);
    const loss = ValidationLine.safeParse(value);
    const remark = RemarkLine.safeParse(value);
    if (step.success) steps.push(step.data);
    else if (loss.success) validation.push(loss.data);
    else if (remark.success) remarks.push(remark.data);
    else
      throw new InputError(
        "METRICS_INVALID",
        `${where}:${i + 1}`,
        "the line is no step, no validation and no remark",
        "remove the line",
      );
  }
  return { steps, validation, remarks };
}
