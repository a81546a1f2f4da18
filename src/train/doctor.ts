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
  "OVERFITTING",
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

/** Newest steps that findings are judged by. */
const window = 20;

/** Share of the time spent waiting for data above which the data is too slow. */
const maxWaiting = 0.1;

/** Variance of the pictures' embeddings (at most 1) below which all pictures look the same. */
const minSpread = 0.01;

/** Directions in which the pictures' embeddings vary, below which they differ in one thing only. */
const minRank = 1.5;

/** Above this share of the chance loss nothing has been learned. */
const plateau = 0.98;

/** Share by which the validation loss may lie above its lowest: it wavers, and confident models pay more for each mistake. */
const maxRise = 0.05;

/**
 * Watches a run and names what goes wrong, each finding once. It reads the metrics that the contrastive objective
 * reports, if they are there: `scale` (factor on cosine similarities), `spread` and `rank` (variance of the pictures' embeddings, and in how
 * many directions).
 */
export class Doctor {
  readonly #options: DoctorOptions;
  readonly #found = new Set<RemarkCode>();
  readonly #recent: StepReport[] = [];
  #steps = 0;

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  /** New findings after a step. */
  observe(report: StepReport): Remark[] {
    const { chance, maxScale, settle = 100 } = this.#options;
    this.#steps++;
    this.#recent.push(report);
    if (this.#recent.length > window) this.#recent.shift();
    if (this.#recent.length < window) return [];
    const sum = (of: (at: StepReport) => number): number => this.#recent.reduce((total, at) => total + of(at), 0);
    const loss = sum(({ measured }) => measured.loss) / window;
    const spread = sum(({ measured }) => measured["spread"] ?? 1) / window;
    const rank = sum(({ measured }) => measured["rank"] ?? Infinity) / window;
    const waiting =
      sum(({ waited }) => waited) /
      Math.max(
        sum(({ took }) => took),
        1e-9,
      );
    const isSaturated = this.#recent.every(({ measured }) => (measured["scale"] ?? 0) >= 0.999 * maxScale);
    const isSettled = this.#steps >= settle;

    const remarks: Remark[] = [];
    const remark = (code: RemarkCode, is: boolean, message: string, action: string): void => {
      if (!is || this.#found.has(code)) return;
      this.#found.add(code);
      remarks.push({ code, step: report.step, level: "warning", message, action });
    };
    remark(
      "EMBEDDING_COLLAPSE",
      isSettled && (spread < minSpread || rank < minRank),
      `embeddings of different pictures are nearly the same (variance ${spread.toFixed(3)}, in ${rank.toFixed(1)} directions)`,
      "lower optimizer.lr, lengthen optimizer.warmup, and check that the pictures of a batch differ",
    );
    remark(
      "LOSS_PLATEAU",
      isSettled && loss > plateau * chance,
      `after ${this.#steps} steps the loss is ${loss.toFixed(3)}, chance is ${chance.toFixed(3)}`,
      "check that captions belong to their pictures; then change optimizer.lr (try a third, then three times)",
    );
    remark(
      "SCALE_SATURATED",
      isSaturated,
      `the logit scale has been at its bound of ${maxScale} for ${window} steps`,
      "the batch is too easy or learned by heart: use larger batches, stronger augmentation or fewer steps",
    );
    remark(
      "DATA_STARVATION",
      waiting > maxWaiting,
      `${Math.round(100 * waiting)} % of the time the run waits for data`,
      "prepare pictures at the model's size beforehand, use a faster disk, or a cheaper augmentation",
    );
    return remarks;
  }

  /**
   * New findings after the validation loss was measured.
   * @param best the lowest so far, and the step of its checkpoint
   */
  observeValidation(step: number, loss: number, best: { readonly step: number; readonly loss: number }): Remark[] {
    if (loss <= (1 + maxRise) * best.loss || this.#found.has("OVERFITTING")) return [];
    this.#found.add("OVERFITTING");
    return [
      {
        code: "OVERFITTING",
        step,
        level: "warning",
        message: `the validation loss is ${loss.toFixed(3)}; at step ${best.step} it was ${best.loss.toFixed(3)}`,
        action:
          "the model learns its pairs by heart: give more data, stronger augmentation or fewer steps; a run gives out its last weights, and keeps the best among its checkpoints",
      },
    ];
  }
}
