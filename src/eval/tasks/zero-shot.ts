import { fold, type Key } from "../../engine/random.ts";
import { bootstrapMeans, type Interval, percentileInterval, resampleMeans } from "../metrics/bootstrap.ts";
import { zeroShot } from "../metrics/zero-shot.ts";
import type { ScoreRow, ScoreTable } from "../scores.ts";

/** A model's scores of one labelled set. */
export interface ZeroShotInput {
  /** Name of the data, for the table. */
  readonly split: string;
  /** `[images, classes]`, higher is nearer: usually the cosine similarity of images and class embeddings. */
  readonly scores: Float32Array;
  /** The class of each image. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** For the bootstrap. */
  readonly key: Key;
}

/**
 * Zero-shot classification: top-1 (beside the share of the commonest class, which needs no model), top-5 from five classes
 * on, and mean per-class recall, each beside chance, with 95 % bootstrap intervals. Images are resampled; for mean
 * per-class recall they are resampled within each class.
 *
 * @throws {ShapeError} SCORES_NOT_QUERIES_BY_CANDIDATES
 * @throws {InputError} LABEL_OUT_OF_RANGE
 */
export function zeroShotRows({ split, scores, labels, classes, key }: ZeroShotInput): ScoreTable {
  const { top1, top5, meanPerClassRecall, ranks } = zeroShot(scores, labels, classes);
  const within = (k: number): Float64Array => Float64Array.from(ranks, (rank) => Number(rank <= k));
  const row = (metric: string, value: number, chance: number, interval: Interval | undefined): ScoreRow => ({
    task: "zero-shot",
    split,
    metric,
    unit: "fraction",
    value,
    chance,
    ...interval,
    n: ranks.length,
  });
  const [interval1, interval5] = bootstrapMeans([within(1), within(5)], fold(key, "zero-shot", split));
  const hitsOfClass = Array.from({ length: classes }, (_, label) => within(1).filter((_hit, i) => labels[i] === label));
  const occurring = hitsOfClass.filter((hits) => hits.length > 0);
  const commonest = Math.max(...occurring.map((hits) => hits.length)) / ranks.length;
  return [
    { ...row("top-1", top1, 1 / classes, interval1), baseline: { name: "commonest class", value: commonest } },
    ...(top5 === undefined ? [] : [row("top-5", top5, 5 / classes, interval5)]),
    row(
      "mean per-class recall",
      meanPerClassRecall,
      1 / classes,
      meanOfClasses(occurring, fold(key, "per-class", split)),
    ),
  ];
}

/** Interval of the mean of class means, each class resampled on its own. */
function meanOfClasses(hitsOfClass: readonly Float64Array[], key: Key): Interval {
  const means = hitsOfClass.map((hits, label) => resampleMeans([hits], fold(key, label))[0]!);
  const replicates = means[0]?.map((_, i) => means.reduce((sum, m) => sum + m[i]!, 0) / means.length);
  return percentileInterval(replicates ?? new Float64Array());
}
