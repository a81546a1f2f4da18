import { alignColumns } from "../columns.ts";
import type { Comparison } from "./compare.ts";

/** A tensor that was compared with the reference's, or ought to have been. */
export interface VerifiedTensor extends Comparison {
  readonly kind: "output" | "gradient";
  readonly name: string;
}

/** A gradient that was not compared: the reference has none of this weight, or its loss is not known, which fails. */
export interface SkippedTensor {
  readonly name: string;
  readonly reason: string;
}

/** Part of a report. */
export interface Findings {
  /** The loss that was differentiated, if gradients were compared. */
  readonly objective?: string;
  readonly tensors: readonly VerifiedTensor[];
  readonly skipped: readonly SkippedTensor[];
}

/** What a verification found. */
export interface VerifyReport extends Findings {
  /** The model's id. */
  readonly model: string;
  /** What made the reference's numbers, if the folder says so. */
  readonly recipe?: string;
  /** Whether something was compared, and all that the reference gives passed. */
  readonly ok: boolean;
}

/** How far results may be from the reference's, as a fraction of each tensor's largest absolute value. */
export interface Tolerances {
  readonly output: number;
  readonly gradient: number;
}

/** A report as text: a line for each tensor, then what was skipped, then the verdict. */
export function verifyTable({ model, recipe, objective, tensors, skipped, ok }: VerifyReport): string {
  const head = ["", "tensor", "largest error", "tolerance", ""];
  const rows = tensors.map(({ kind, name, error, tolerance, ok, note }) => [
    ok ? "ok" : "FAIL",
    kind === "gradient" ? `d ${name}` : name,
    number(error),
    number(tolerance),
    note ?? "",
  ]);
  const failed = tensors.filter((tensor) => !tensor.ok).length;
  const of = (kind: VerifiedTensor["kind"]): string => {
    const errors = tensors.filter((tensor) => tensor.kind === kind).map(({ error }) => error);
    return `${errors.length} ${kind}s${errors.length > 0 ? `, largest error ${number(Math.max(...errors))}` : ""}`;
  };
  return [
    `${model}${recipe === undefined ? "" : ` against ${recipe}`}`,
    ...(objective === undefined ? [] : [`gradients of the ${objective}`]),
    "",
    ...alignColumns([head, ...rows], ["left", "left", "right", "right", "left"]),
    ...(skipped.length === 0 ? [] : ["", "not compared:"]),
    ...skipped.map(({ name, reason }) => `  ${name}: ${reason}`),
    "",
    `${of("output")}; ${of("gradient")}`,
    ok ? "equal within tolerance" : tensors.length === 0 ? "nothing could be compared" : `${failed} failed`,
    "",
  ].join("\n");
}

const number = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : "none");
