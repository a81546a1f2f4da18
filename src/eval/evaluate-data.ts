import type { LabelledPicture } from "../data/labelled-picture.ts";
import type { OnDrop, Sample, SampleImage } from "../data/sample.ts";
import type { Key } from "../engine/random.ts";
import { FoveaError, InputError } from "../platform/error.ts";
import { embedLabels } from "./classify.ts";
import type { Embedder, ImageSource } from "./embedder.ts";
import { cosineSimilarity } from "./metrics/similarity.ts";
import type { ScoreTable } from "./scores.ts";
import { shareCaptions } from "./tasks/captions.ts";
import { retrievalRows } from "./tasks/retrieval.ts";
import { zeroShotRows } from "./tasks/zero-shot.ts";

/** What an evaluation on somebody's data needs besides model and data. */
export interface EvaluateOptions {
  /** Name of the data, for the table. */
  readonly split: string;
  /** For the bootstrap. */
  readonly key: Key;
  /** Told of each sample whose picture cannot be read; it is left out. */
  readonly onDrop: OnDrop;
  /** Told how many pictures are embedded. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Retrieval in both directions over pictures with captions: R@1/5/10, mean reciprocal and median rank, with 95 %
 * intervals and chance. Equal captions are one query with several right answers.
 *
 * @throws {InputError} DATA_TOO_SMALL below two pictures
 */
export async function evaluateRetrieval(
  embedder: Pick<Embedder, "width" | "embedTexts" | "embedStream">,
  samples: AsyncIterable<Sample>,
  { split, key, ...options }: EvaluateOptions,
): Promise<ScoreTable> {
  const { items, embeddings } = await embedAll(embedder, samples, options);
  if (items.length < 2) throw tooSmall(split, items.length);
  const { texts, imagesOfText } = shareCaptions(items.map(({ captions }) => captions.map(({ text }) => text)));
  const scores = cosineSimilarity(await embedder.embedTexts(texts), embeddings, embedder.width); // [texts, images]
  return retrievalRows({ split, scores, images: items.length, imagesOfText, key });
}

/**
 * Zero-shot classification of pictures into the labels that occur among them: top-1, top-5, mean per-class recall, with
 * 95 % intervals, chance and the share of the commonest class.
 *
 * @param templates sentences that a label is put into where `{}` stands
 * @throws {InputError} DATA_TOO_SMALL below two classes
 */
export async function evaluateZeroShot(
  embedder: Pick<Embedder, "width" | "embedTexts" | "embedStream">,
  pictures: AsyncIterable<LabelledPicture>,
  templates: readonly string[],
  { split, key, ...options }: EvaluateOptions,
): Promise<ScoreTable> {
  const { items, embeddings } = await embedAll(embedder, pictures, options);
  const labels = [...new Set(items.map(({ label }) => label))].sort();
  if (labels.length < 2) throw tooSmall(split, items.length, labels);
  const classes = await embedLabels(embedder, labels, templates);
  return zeroShotRows({
    split,
    key,
    classes: labels.length,
    scores: cosineSimilarity(embeddings, classes, embedder.width), // [images, classes]
    labels: items.map(({ label }) => labels.indexOf(label)),
  });
}

/** What could be embedded, and `[items, width]`. */
async function embedAll<T extends { readonly key: string; readonly image: SampleImage }>(
  embedder: Pick<Embedder, "width" | "embedStream">,
  samples: AsyncIterable<T>,
  { onDrop, onProgress }: Pick<EvaluateOptions, "onDrop" | "onProgress">,
): Promise<{ readonly items: readonly T[]; readonly embeddings: Float32Array }> {
  const items: T[] = [];
  const rows: Float32Array[] = [];
  const drop = ({ key }: T, error: unknown): void => {
    if (!(error instanceof FoveaError)) throw error;
    onDrop(key, error.code);
  };
  for await (const { item, embedding } of embedder.embedStream(samples, ({ image }) => sourceOf(image), drop)) {
    items.push(item);
    rows.push(embedding);
    onProgress?.(items.length);
  }
  const embeddings = new Float32Array(items.length * embedder.width);
  for (const [i, row] of rows.entries()) embeddings.set(row, i * embedder.width);
  return { items, embeddings };
}

const sourceOf = (image: SampleImage): ImageSource | Promise<ImageSource> =>
  image instanceof Uint8Array || !("read" in image) ? image : image.read();

function tooSmall(where: string, pictures: number, labels?: readonly string[]): InputError {
  const [found, mend] =
    labels === undefined
      ? [`pictures with captions: ${pictures}`, "give two or more"]
      : [`pictures: ${pictures}, classes: ${labels.length}`, "give pictures of two or more classes"];
  return new InputError("DATA_TOO_SMALL", where, found, mend);
}
