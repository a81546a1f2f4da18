import { expect, test } from "vitest";
import type { EmojiConcept } from "../data/emoji/concepts.ts";
import { emojiStyles, heldOutStyle, type EmojiCorpus, type EmojiPicture } from "../data/emoji/corpus.ts";
import { emojiGroups, emojiTemplates, fillTemplate } from "../data/emoji/groups.ts";
import { key } from "../engine/random.ts";
import { evaluateEmoji, type PairEmbedder } from "./evaluate-emoji.ts";

const side = 16;
const count = 16;

/** Sixteen concepts, two of each group, in every style; the last four are held out. A picture's pixels are its concept. */
const concepts = Array.from({ length: count }, (_, i): EmojiConcept => ({
  code: String(i),
  group: emojiGroups[i % 8]!.id,
  label: { en: `thing ${i}`, ko: `것 ${i}` },
  tags: { en: [], ko: [] },
  heldOut: i >= 12,
  unscored: null,
}));
const pictures = emojiStyles.flatMap((style, s) =>
  concepts.map((_, concept): EmojiPicture => ({
    concept,
    style,
    art: s * count + concept,
    nearest: style === heldOutStyle ? 20 : null,
  })),
);
const bytes = side * side * 3;
const corpus: EmojiCorpus = {
  side,
  concepts,
  pictures,
  pixels: Uint8Array.from({ length: pictures.length * bytes }, (_, i) => pictures[Math.floor(i / bytes)]!.concept),
};

/** The group that a prompt of the zero-shot task asks for. */
const groupOfPrompt = new Map(
  emojiGroups.flatMap(({ phrases }, group) =>
    phrases.flatMap((phrase) => emojiTemplates.map((template) => [fillTemplate(template, phrase), group] as const)),
  ),
);

/** A model that knows every concept, and (by the second half of its embedding) every group. */
const oracle: PairEmbedder = {
  width: count + 8,
  embedImages: (images) => rows(images.map(({ data }) => [data[0]!, count + (data[0]! % 8)])),
  embedTexts: (texts) =>
    rows(texts.map((text) => [Number(/^thing (\d+)$/.exec(text)?.[1] ?? count + groupOfPrompt.get(text)!)])),
};

/** Vectors that are 1 at these places. */
const rows = (places: readonly (readonly number[])[]): Promise<Float32Array> => {
  const embeddings = new Float32Array(places.length * oracle.width);
  for (const [row, ones] of places.entries()) for (const at of ones) embeddings[row * oracle.width + at] = 1;
  return Promise.resolve(embeddings);
};

const blind: PairEmbedder = {
  width: 2,
  embedImages: (images) => Promise.resolve(new Float32Array(2 * images.length).fill(1)),
  embedTexts: (texts) => Promise.resolve(new Float32Array(2 * texts.length).fill(1)),
};

/** The value of a metric by task and split. */
async function scoresOf(embedder: PairEmbedder, metric: string): Promise<Record<string, number>> {
  const { table } = await evaluateEmoji(corpus, embedder, key(0));
  const chosen = table.filter((row) => row.metric === metric);
  return Object.fromEntries(chosen.map(({ task, split, value }) => [`${task}, ${split}`, value]));
}

test("a model that knows everything finds everything", async () => {
  expect(await scoresOf(oracle, "R@1")).toEqual({
    "text-to-image, held-out style": 1,
    "image-to-text, held-out style": 1,
    "text-to-image, held-out concepts, noto": 1,
    "image-to-text, held-out concepts, noto": 1,
    "text-to-image, both held out": 1,
    "image-to-text, both held out": 1,
  });
  expect(await scoresOf(oracle, "top-1")).toEqual({ "zero-shot, held-out style, 8 groups": 1 });
});

test("a model that sees no difference finds nothing: ties count against it", async () => {
  expect(new Set(Object.values(await scoresOf(blind, "R@1")))).toEqual(new Set([0]));
  expect(await scoresOf(blind, "top-1")).toEqual({ "zero-shot, held-out style, 8 groups": 0 });
});

test("splits have the sizes that the corpus says, and only the held-out style has the pixel baseline", async () => {
  const { table, heldOutStyle: style } = await evaluateEmoji(corpus, oracle, key(0));
  const sizes = table.filter(({ metric }) => metric === "R@1" || metric === "top-1").map(({ split, n }) => [split, n]);
  expect(sizes).toEqual([
    ["held-out style", 12],
    ["held-out style", 12],
    ["held-out concepts, noto", 4],
    ["held-out concepts, noto", 4],
    ["both held out", 4],
    ["both held out", 4],
    ["held-out style, 8 groups", 16],
  ]);
  const withBaseline = table.filter(({ task, baseline }) => task !== "zero-shot" && baseline !== undefined);
  expect(new Set(withBaseline.map(({ split }) => split))).toEqual(new Set(["held-out style"]));
  expect(style.texts).toHaveLength(12);
});
