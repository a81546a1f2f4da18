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
  "width" | "family" | "logitScale" | "logitBias" | "embedImages" | "embedTexts"
>;

/** Sentences that a label is put into where `{}` stands; the label's embedding is the mean over them. */
export const defaultTemplates: readonly string[] = ["{}", "a photo of {}", "a picture of {}"];

/**
 * How well each label fits each picture, best first.
 *
 * @throws {InputError} LABELS_MISSING, and what reading a picture throws
 */
export async function classify(
  embedder: ClassifyingEmbedder,
  images: readonly ImageSource[],
  labels: readonly string[],
  templates: readonly string[] = defaultTemplates,
): Promise<Classified[][]> {
  const [pictures, classes] = await Promise.all([
    embedder.embedImages(images),
    embedLabels(embedder, labels, templates),
  ]);
  const similarities = cosineSimilarity(pictures, classes, embedder.width); // [images, labels]
  return images.map((_, i) => {
    const row = Array.from(similarities.subarray(i * labels.length, (i + 1) * labels.length));
    const probabilities = probabilitiesOf(embedder, row);
    return labels
      .map((label, j) => ({ label, probability: probabilities[j]!, similarity: row[j]! }))
      .sort((a, b) => b.similarity - a.similarity);
  });
}

/**
 * One embedding for each label: the mean over the templates.
 * @returns `[labels, width]`, rows of unit length
 * @throws {InputError} LABELS_MISSING
 */
export async function embedLabels(
  embedder: Pick<Embedder, "width" | "embedTexts">,
  labels: readonly string[],
  templates: readonly string[],
): Promise<Float32Array> {
  if (labels.length === 0)
    throw new InputError("LABELS_MISSING", "classify", "there are no labels", 'give some, e.g. --labels "a cat,a dog"');
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
