import type { HostTensor } from "../platform/session.ts";
import type { StepReport } from "./loop.ts";
import type { Measured, Tensors, TrainStep } from "./step.ts";

/** What the doctor can find. */
export const remarkCodes = [
  "GRADIENT_MISSING",
  "GRADIENT_ZERO",
  "GRADIENT_NOT_FINITE",
  "LOSS_NOT_FINITE",
  "LOSS_PLATEAU",
  "SCALE_SATURATED",
  "EMBEDDING_COLLAPSE",
  "DATA_STARVATION",
] as const;
/** See {@link remarkCodes}. */
export type RemarkCode = (typeof remarkCodes)[number];

/** A finding, with the action to take. */
export interface Remark {
  readonly code: RemarkCode;
  /** Updates made when it was found; 0 is the dry batch. */
  readonly step: number;
  readonly level: "warning" | "error";
  readonly message: string;
  readonly action: string;
}

/** Names at most five of a list. */
const some = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;

/**
 * Looks at the result of one batch that changes nothing: is everything finite, does every parameter get a gradient?
 * @param gradients as the step wrote them
 */
export function examineDryBatch(
  { untouched, parameters }: Pick<TrainStep, "untouched" | "parameters">,
  { loss }: Measured,
  gradients: Tensors,
): Remark[] {
  const remarks: Remark[] = [];
  const remark = (code: RemarkCode, level: Remark["level"], message: string, action: string): void =>
    void remarks.push({ code, step: 0, level, message, action });
  const gradientsWhere = (test: (gradient: HostTensor) => boolean): string[] =>
    parameters.map(({ path }) => path).filter((path) => test(gradients[path]!));

  if (untouched.length > 0)
    remark(
      "GRADIENT_MISSING",
      "warning",
      `the loss does not depend on ${some(untouched.map(({ path }) => path))}`,
      "freeze what must not train, or use it in the objective",
    );
  if (!Number.isFinite(loss))
    remark(
      "LOSS_NOT_FINITE",
      "error",
      `the loss of the first batch is ${loss}`,
      "look for NaN in the weights that the run starts from, and at the pixel statistics",
    );
  const broken = gradientsWhere(({ data }) => data.some((value) => !Number.isFinite(Number(value))));
  if (broken.length > 0)
    remark(
      "GRADIENT_NOT_FINITE",
      "error",
      `gradients of the first batch are not finite: ${some(broken)}`,
      "look at the first of these layers: a division by zero, a logarithm of zero, an overflow",
    );
  const zero = gradientsWhere(({ data }) => data.every((value) => Number(value) === 0));
  if (zero.length > 0)
    remark(
      "GRADIENT_ZERO",
      "warning",
      `the first batch gives no gradient to ${some(zero)}`,
      "check that the data reaches these layers, and that no activation before them is dead",
    );
  return remarks;
}

/** What the doctor measures findings against. */
export interface DoctorOptions {
  /** The loss of a model that cannot tell anything apart: ln(batch) for InfoNCE. */
  readonly chance: number;
  /** Largest factor on cosine similarities. */
  readonly maxScale: number;
  /** Steps before a finding on the loss or the embeddings is made: at the start all models plateau. */
  readonly settle?: number;
}

/** Share of steps that a running mean forgets: about the last twenty count. */
const forget = 0.05;

/** Steps that a state must last before it is a finding. */
const patience = 20;

/** Share of the time spent waiting for data above which the data is too slow. */
const maxWaiting = 0.1;

/** Pictures' embeddings that span fewer directions than this on average have collapsed. */
const minRank = 1.5;

/** Above this share of the chance loss nothing has been learned. */
const plateau = 0.98;

/**
 * Watches a run and names what goes wrong, each finding once. It reads the metrics that the contrastive objective
 * reports: `scale` (factor on cosine similarities) and `rank` (directions that the pictures' embeddings span), if there.
 */
export class Doctor {
  readonly #options: DoctorOptions;
  readonly #found = new Set<RemarkCode>();
  #loss = NaN;
  #rank = NaN;
  #waiting = 0;
  #saturated = 0;
  #steps = 0;

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  /** New findings after a step. */
  observe({ step, measured, took, waited }: StepReport): Remark[] {
    const { chance, maxScale, settle = 100 } = this.#options;
    const mean = (so_far: number, value: number): number =>
      Number.isNaN(so_far) ? value : so_far + forget * (value - so_far);
    this.#steps++;
    this.#loss = mean(this.#loss, measured.loss);
    this.#rank = mean(this.#rank, measured["rank"] ?? Infinity);
    this.#waiting = mean(this.#waiting, waited / Math.max(took, 1e-9));
    const scale = measured["scale"] ?? 0;
    this.#saturated = scale >= maxScale * 0.999 ? this.#saturated + 1 : 0;

    const remarks: Remark[] = [];
    const remark = (code: RemarkCode, is: boolean, message: string, action: string): void => {
      if (!is || this.#found.has(code)) return;
      this.#found.add(code);
      remarks.push({ code, step, level: "warning", message, action });
    };
    const settled = this.#steps >= settle;
    const collapsed = settled && this.#rank < minRank;
    remark(
      "EMBEDDING_COLLAPSE",
      collapsed,
      `pictures' embeddings span ${this.#rank.toFixed(1)} directions: different pictures look the same to the model`,
      "lower optimizer.lr, lengthen optimizer.warmup, and check that the pictures of a batch differ",
    );
    remark(
      "LOSS_PLATEAU",
      settled && !collapsed && this.#loss > plateau * chance,
      `after ${this.#steps} steps the loss is ${this.#loss.toFixed(3)}, chance is ${chance.toFixed(3)}`,
      "check that captions belong to their pictures; then change optimizer.lr (try a third, then three times)",
    );
    remark(
      "SCALE_SATURATED",
      this.#saturated >= patience,
      `the logit scale has been at its bound of ${maxScale.toFixed(0)} for ${patience} steps`,
      "the batch is too easy or learned by heart: use larger batches, stronger augmentation or fewer steps",
    );
    remark(
      "DATA_STARVATION",
      this.#steps >= patience && this.#waiting > maxWaiting,
      `${(100 * this.#waiting).toFixed(0)} % of the time the run waits for data`,
      "prepare pictures at the model's size beforehand, use a faster disk, or a cheaper augmentation",
    );
    return remarks;
  }
}
