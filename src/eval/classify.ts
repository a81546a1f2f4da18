import { InputError } from "../platform/error.ts";
import type { Embedder, ImageSource } from "./embedder.ts";
import { classEmbeddings } from "./metrics/zero-shot.ts";
import { cosineSimilarity } from "./metrics/similarity.ts";

/** A label and how well it fits a picture. */
export interface Classified {
  readonly label: string;
  /** Of CLIP: among the labels given, they sum to 1. Of SigLIP: each on its own. */
  readonly probability: number;
  /** Cosine similarity of picture and label. */
  readonly similarity: number;
}

/** What classification needs of an embedder. */
export type ClassifyingEmbedder = Pick<
  Embedder,
  "width" | "family" | "logitScale" | "logitBias" | "embedStream" | "embedTexts"
>;

/** Sentences that a label is put into where `{}` stands; the label's embedding is the mean over them. */
export const defaultTemplates: readonly string[] = ["{}", "a photo of {}", "a picture of {}"];

/**
 * How well each label fits each picture, best first; a label that is given twice counts once.
 *
 * @throws {InputError} LABELS_MISSING, TEMPLATE_WITHOUT_LABEL, and what reading a picture throws
 */
export async function classify(
  embedder: ClassifyingEmbedder,
  images: readonly ImageSource[],
  labels: readonly string[],
  templates?: readonly string[],
): Promise<Classified[][]> {
  const results: Classified[][] = [];
  const onFailure = (_: ImageSource, error: unknown): never => {
    throw error;
  };
  for await (const { labels: found } of classifyStream(embedder, images, labels, { templates, onFailure }))
    results.push(found);
  return results;
}

/** How {@link classifyStream} works. */
export interface ClassifyStreamOptions<I> {
  /** {@link defaultTemplates} if absent. */
  readonly templates?: readonly string[] | undefined;
  /** Told of each picture that cannot be read, which is then left out; may throw. */
  readonly onFailure: (image: I, error: unknown) => void;
}

/**
 * As {@link classify}, picture by picture, in order; pictures that cannot be read do not keep it from the others.
 *
 * @throws {InputError} LABELS_MISSING, TEMPLATE_WITHOUT_LABEL
 */
export async function* classifyStream<I extends ImageSource>(
  embedder: ClassifyingEmbedder,
  images: Iterable<I>,
  labels: readonly string[],
  { templates = defaultTemplates, onFailure }: ClassifyStreamOptions<I>,
): AsyncGenerator<{ readonly image: I; readonly labels: Classified[] }> {
  const distinct = [...new Set(labels)];
  const classes = await embedLabels(embedder, distinct, templates);
  for await (const { item, embedding } of embedder.embedStream(images, (image) => image, onFailure)) {
    const similarities = Array.from(cosineSimilarity(embedding, classes, embedder.width)); // [labels]
    const probabilities = probabilitiesOf(embedder, similarities);
    const found = distinct.map((label, i) => ({
      label,
      probability: probabilities[i]!,
      similarity: similarities[i]!,
    }));
    yield { image: item, labels: found.sort((a, b) => b.similarity - a.similarity) };
  }
}

/**
 * One embedding for each label: the mean over the templates.
 * @returns `[labels, width]`, rows of unit length
 * @throws {InputError} LABELS_MISSING, TEMPLATE_WITHOUT_LABEL
 */
export async function embedLabels(
  embedder: Pick<Embedder, "width" | "embedTexts">,
  labels: readonly string[],
  templates: readonly string[],
): Promise<Float32Array> {
  if (labels.length === 0)
    throw new InputError("LABELS_MISSING", "classify", "there are no labels", 'give some, e.g. --labels "a cat,a dog"');
  for (const template of templates)
    if (!template.includes("{}"))
      throw new InputError(
        "TEMPLATE_WITHOUT_LABEL",
        `the template ${JSON.stringify(template)}`,
        "it has no {} for the label to stand in",
        'put {} where the label belongs, e.g. --template "a photo of {}"',
      );
  const prompts = labels.flatMap((label, of) =>
    templates.map((template) => ({ of, text: template.replaceAll("{}", () => label) })),
  );
  const embeddings = await embedder.embedTexts(prompts.map(({ text }) => text));
  return classEmbeddings(
    embeddings,
    embedder.width,
    prompts.map(({ of }) => of),
    labels.length,
  );
}

function probabilitiesOf(
  { family, logitScale, logitBias }: ClassifyingEmbedder,
  similarities: readonly number[],
): number[] {
  const logits = similarities.map((similarity) => logitScale * similarity + logitBias);
  if (family === "siglip") return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
