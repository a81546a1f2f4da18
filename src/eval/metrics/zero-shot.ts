import { InputError } from "../../platform/error.ts";
import { bestRanks } from "./retrieval.ts";
import { unitRows } from "./similarity.ts";

/**
 * One embedding per class from several prompts each ("a photo of a {class}.", "a drawing of a {class}.", ...): each prompt
 * embedding is scaled to length 1, the class takes their mean, and that is scaled to length 1 again.
 *
 * @param prompts `[prompts, width]`, in any order.
 * @param width   Numbers per embedding.
 * @param classOf The class of each prompt.
 * @param classes Number of classes.
 * @returns       `[classes, width]`
 * @throws {InputError} CLASS_WITHOUT_PROMPT, LABEL_OUT_OF_RANGE
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020, section 3.1.4
 */
export function classEmbeddings(
  prompts: Float32Array,
  width: number,
  classOf: ArrayLike<number>,
  classes: number,
): Float32Array {
  checkLabels(classOf, classes, "prompt");
  const unit = unitRows(prompts, width);
  const sums = new Float32Array(classes * width); // the mean's direction is the sum's
  const counts = new Uint32Array(classes);
  for (let prompt = 0; prompt < classOf.length; prompt++) {
    const label = classOf[prompt]!;
    counts[label]!++;
    for (let i = 0; i < width; i++) sums[label * width + i]! += unit[prompt * width + i]!;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0)
    throw new InputError("CLASS_WITHOUT_PROMPT", `class ${empty}`, "it has no prompt", "give every class a prompt");
  return unitRows(sums, width);
}

/** What {@link zeroShot} measures. */
export interface ZeroShotScores {
  /** Fraction of images whose class scores highest, alone. */
  readonly top1: number;
  /** Fraction of images whose class is among the five best; absent below five classes. */
  readonly top5?: number;
  /** Mean, over the classes that occur, of the fraction of their images that is right (balanced accuracy). */
  readonly meanPerClassRecall: number;
  /** `[classes, classes]`, row-major: images by true class (row) and predicted class (column). */
  readonly confusion: Uint32Array;
  /** The true class's rank for each image, from 1, ties against the model. */
  readonly ranks: Uint32Array;
}

/**
 * Zero-shot classification. Ties count against the model: where another class scores as high as the true one (or the true
 * one's score is NaN), the prediction is that other class.
 *
 * @param scores  `[images, classes]`, higher is nearer.
 * @param labels  The true class of each image.
 * @param classes Number of classes.
 * @throws {ShapeError} SCORES_NOT_QUERIES_BY_CANDIDATES
 * @throws {InputError} LABEL_OUT_OF_RANGE
 */
export function zeroShot(scores: Float32Array, labels: ArrayLike<number>, classes: number): ZeroShotScores {
  checkLabels(labels, classes, "image");
  const truth = Array.from(labels);
  const ranks = bestRanks(
    scores,
    classes,
    truth.map((label) => [label]),
  );
  const confusion = new Uint32Array(classes * classes);
  for (const [image, label] of truth.entries())
    confusion[label * classes + predict(scores.subarray(image * classes, (image + 1) * classes), label)]!++;

  const within = (k: number): number => ranks.reduce((hits, rank) => hits + Number(rank <= k), 0) / ranks.length;
  return {
    top1: within(1),
    ...(classes >= 5 && { top5: within(5) }),
    meanPerClassRecall: mean(recallPerClass(confusion, classes).filter((recall) => !Number.isNaN(recall))),
    confusion,
    ranks,
  };
}

/** The fraction of each class's images that was predicted right, from `[classes, classes]` counts; NaN for a class without images. */
export function recallPerClass(confusion: Uint32Array, classes: number): number[] {
  return Array.from({ length: classes }, (_, label) => {
    const row = confusion.subarray(label * classes, (label + 1) * classes);
    return row[label]! / row.reduce((sum, count) => sum + count, 0);
  });
}

/** The highest-scoring class; among equals, any other before the true one. NaN is the lowest score. */
function predict(row: Float32Array, label: number): number {
  const value = (i: number): number => (Number.isNaN(row[i]) ? -Infinity : row[i]!);
  let best = -1;
  for (let i = 0; i < row.length; i++) if (i !== label && (best < 0 || value(i) > value(best))) best = i;
  return best < 0 || value(label) > value(best) ? label : best;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function checkLabels(labels: ArrayLike<number>, classes: number, of: string): void {
  for (let i = 0; i < labels.length; i++)
    if (!(Number.isInteger(labels[i]) && labels[i]! >= 0 && labels[i]! < classes))
      throw new InputError(
        "LABEL_OUT_OF_RANGE",
        `zero-shot: ${of} ${i}`,
        `class ${labels[i]} is not one of ${classes}`,
        `classes are whole numbers from 0 to ${classes - 1}`,
      );
}
