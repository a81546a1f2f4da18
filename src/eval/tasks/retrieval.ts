import { fold, type Key } from "../../engine/random.ts";
import { bootstrapMeans } from "../metrics/bootstrap.ts";
import {
  bestRanks,
  chanceScores,
  type Positives,
  type RankMetric,
  rankMetricNames,
  rankMetrics,
  retrievalScores,
} from "../metrics/retrieval.ts";
import { transposed } from "../metrics/similarity.ts";
import type { ScoreRow, ScoreTable } from "../scores.ts";
import { textsOfImages } from "./captions.ts";

/** A model's scores on one split, and the truth. */
export interface RetrievalInput {
  /** Name of the data, for the table. */
  readonly split: string;
  /** `[texts, images]`, higher is nearer: usually the cosine similarity of the embeddings. */
  readonly scores: Float32Array;
  /** Number of images. */
  readonly images: number;
  /** The images that each text describes, at least one. */
  readonly imagesOfText: Positives;
  /** For the bootstrap. */
  readonly key: Key;
  /** Scores `[texts, images]` of a method without the model, to print beside the model's. */
  readonly baseline?: { readonly name: string; readonly scores: Float32Array };
}

/**
 * Text-to-image and image-to-text retrieval: R@1, R@5, R@10 and mean reciprocal rank with 95 % bootstrap intervals over
 * queries, and the median rank, each beside chance and the baseline. Images that no text describes are candidates but not
 * queries; `n` counts the queries.
 *
 * @throws {ShapeError} SCORES_NOT_QUERIES_BY_CANDIDATES
 * @throws {InputError} QUERY_WITHOUT_POSITIVE, POSITIVE_OUT_OF_RANGE
 */
export function retrievalRows({ split, scores, images, imagesOfText, key, baseline }: RetrievalInput): ScoreTable {
  const texts = imagesOfText.length;
  const textsOfImage = textsOfImages(imagesOfText, images);
  const queries = textsOfImage.flatMap((list, image) => (list.length > 0 ? image : []));
  const toImage: Direction = {
    task: "text-to-image",
    candidates: images,
    positives: imagesOfText,
    queryRows: (matrix) => matrix,
  };
  const toText: Direction = {
    task: "image-to-text",
    candidates: texts,
    positives: queries.map((image) => textsOfImage[image]!),
    queryRows: (matrix) => selectRows(transposed(matrix, images), texts, queries),
  };
  return [toImage, toText].flatMap(({ task, candidates, positives, queryRows }) => {
    const ranks = (matrix: Float32Array): Uint32Array => bestRanks(queryRows(matrix), candidates, positives);
    const measured = ranks(scores);
    const values = retrievalScores(measured);
    const chance = chanceScores(candidates, positives);
    const simple = baseline && { name: baseline.name, values: retrievalScores(ranks(baseline.scores)) };
    const intervals = bootstrapMeans(
      rankMetricNames.map((metric) => Float64Array.from(measured, rankMetrics[metric])),
      fold(key, task, split),
    );
    const row = (metric: RankMetric | "median rank", unit: ScoreRow["unit"]): ScoreRow => ({
      task,
      split,
      metric,
      unit,
      value: values[metric],
      chance: chance[metric],
      ...(simple && { baseline: { name: simple.name, value: simple.values[metric] } }),
      n: positives.length,
    });
    return [
      ...rankMetricNames.map((metric, i) => ({ ...row(metric, "fraction"), ...intervals[i] })),
      row("median rank", "rank"),
    ];
  });
}

/** One way to ask: who queries, among how many candidates, and how its scores come from a `[texts, images]` matrix. */
interface Direction {
  readonly task: string;
  readonly candidates: number;
  readonly positives: Positives;
  readonly queryRows: (matrix: Float32Array) => Float32Array;
}

function selectRows(matrix: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const selected = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) selected.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  return selected;
}
