import { pictureAt, heldOutStyle, type EmojiCorpus } from "../data/emoji/corpus.ts";
import { emojiGroups, emojiTemplates, fillTemplate } from "../data/emoji/groups.ts";
import { pixelLookup } from "../data/emoji/pixel-lookup.ts";
import { heldOutBothSet, heldOutConceptSet, heldOutStyleSet, type RetrievalSet } from "../data/emoji/splits.ts";
import { fold, type Key } from "../engine/random.ts";
import type { RgbImage } from "../platform/platform.ts";
import { cosineSimilarity } from "./metrics/similarity.ts";
import { classEmbeddings } from "./metrics/zero-shot.ts";
import type { ScoreTable } from "./scores.ts";
import { pixelLookupScores } from "./tasks/pixel-lookup.ts";
import { retrievalRows } from "./tasks/retrieval.ts";
import { zeroShotRows } from "./tasks/zero-shot.ts";

/** A model that puts pictures and texts into one space. */
export interface PairEmbedder {
  /** Numbers of an embedding. */
  readonly width: number;
  /** `[images, width]` */
  embedImages(images: readonly RgbImage[]): Promise<Float32Array>;
  /** `[texts, width]` */
  embedTexts(texts: readonly string[]): Promise<Float32Array>;
}

/** A set of the corpus, embedded. */
export interface EmbeddedSet extends RetrievalSet {
  /** `[texts, pictures]`: cosine similarities. */
  readonly scores: Float32Array;
}

/** What {@link evaluateEmoji} finds. */
export interface EmojiEvaluation {
  readonly table: ScoreTable;
  /** The held-out style, for pictures in the report. */
  readonly heldOutStyle: EmbeddedSet;
}

/** The style in which held-out concepts are tested on their own: the first of those that train. */
const seenStyle = "noto";

/**
 * Scores a model on pictures of the emoji corpus that never trained: retrieval on (a) the held-out style, beside the
 * raw-pixel baseline, (b) held-out concepts in a style that trained, (c) both held out; and zero-shot classification of
 * the held-out style into the groups of emoji.
 *
 * @param key for the bootstrap intervals
 */
export async function evaluateEmoji(corpus: EmojiCorpus, embedder: PairEmbedder, key: Key): Promise<EmojiEvaluation> {
  const style = await embedSet(corpus, embedder, heldOutStyleSet(corpus));
  const concepts = await embedSet(corpus, embedder, heldOutConceptSet(corpus, "en", [seenStyle]));
  const both = await embedSet(corpus, embedder, heldOutBothSet(corpus));
  const { training, candidates, width, trainingOfText } = pixelLookup(corpus, style);
  const lookup = pixelLookupScores(training, candidates, width, trainingOfText);
  return {
    heldOutStyle: style,
    table: [
      ...rows("held-out style", style, key, { name: "nearest training picture by 16 x 16 pixels", scores: lookup }),
      ...rows(`held-out concepts, ${seenStyle}`, concepts, key),
      ...rows("both held out", both, key),
      ...(await groupRows(corpus, embedder, key)),
    ],
  };
}

async function embedSet(corpus: EmojiCorpus, embedder: PairEmbedder, set: RetrievalSet): Promise<EmbeddedSet> {
  const texts = await embedder.embedTexts(set.texts);
  const images = await embedder.embedImages(set.pictures.map((index) => pictureAt(corpus, index)));
  return { ...set, scores: cosineSimilarity(texts, images, embedder.width) };
}

const rows = (
  split: string,
  { scores, pictures, imagesOfText }: EmbeddedSet,
  key: Key,
  baseline?: { readonly name: string; readonly scores: Float32Array },
): ScoreTable =>
  retrievalRows({
    split,
    scores,
    images: pictures.length,
    imagesOfText,
    key: fold(key, split),
    ...(baseline && { baseline }),
  });

/** Zero-shot classification of every scored picture of the held-out style; a class is the mean over its prompts. */
async function groupRows(corpus: EmojiCorpus, embedder: PairEmbedder, key: Key): Promise<ScoreTable> {
  const classOf = new Map(emojiGroups.map(({ id }, i) => [id, i]));
  const labelled = [...corpus.pictures.entries()].flatMap(([index, { style, concept }]) => {
    const { group, unscored } = corpus.concepts[concept]!;
    const label = classOf.get(group);
    return style === heldOutStyle && unscored === null && label !== undefined ? [{ index, label }] : [];
  });
  const prompts = emojiGroups.flatMap(({ phrases }, label) =>
    phrases.flatMap((phrase) => emojiTemplates.map((template) => ({ text: fillTemplate(template, phrase), label }))),
  );
  const { width } = embedder;
  const texts = await embedder.embedTexts(prompts.map(({ text }) => text));
  const images = await embedder.embedImages(labelled.map(({ index }) => pictureAt(corpus, index)));
  const classes = classEmbeddings(
    texts,
    width,
    prompts.map(({ label }) => label),
    emojiGroups.length,
  );
  return zeroShotRows({
    split: "held-out style, 8 groups",
    scores: cosineSimilarity(images, classes, width),
    labels: labelled.map(({ label }) => label),
    classes: emojiGroups.length,
    key,
  });
}
