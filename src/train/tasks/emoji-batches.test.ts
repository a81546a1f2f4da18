import { expect, test } from "vitest";
import { defaultCaptionMix } from "../../data/emoji/captions.ts";
import type { EmojiCorpus, EmojiPicture } from "../../data/emoji/corpus.ts";
import type { EmojiConcept } from "../../data/emoji/concepts.ts";
import { key } from "../../engine/random.ts";
import { emojiBatches } from "./emoji-batches.ts";
import { ContrastiveFeeds } from "./feeds.ts";

const side = 4;
const styles = ["noto", "fluent-flat", "openmoji"] as const;

/** Ten concepts in three styles; every pixel of a picture is its number. */
const concepts = Array.from({ length: 10 }, (_, i): EmojiConcept => ({
  code: String(i),
  group: 0,
  label: { en: `thing ${i}`, ko: `것 ${i}` },
  tags: { en: [], ko: [] },
  heldOut: false,
  unscored: null,
}));
const pictures = concepts.flatMap((_, concept) =>
  styles.map((style, i): EmojiPicture => ({ concept, style, art: 3 * concept + i, nearest: null })),
);
const corpus: EmojiCorpus = {
  side,
  concepts,
  pictures,
  pixels: Uint8Array.from({ length: pictures.length * side * side * 3 }, (_, i) => Math.floor(i / (side * side * 3))),
};
const shape = { concepts: 4, views: 2 };
const options = { ...shape, augmentation: {}, captions: { ...defaultCaptionMix, korean: 0 } };
const batches = emojiBatches(corpus, [...pictures.keys()], key(3), options);

/** The pictures and the concepts of the texts of a batch. */
function batchAt(epoch: number, batch: number): { shown: number[]; told: number[] } {
  const told: number[] = [];
  const into = new ContrastiveFeeds(
    { side, context: 1 },
    (text) => [told.push(Number(/thing (\d)/.exec(text)![1]))],
    shape,
  );
  batches.write({ epoch, batch }, into);
  const pixels = into.feeds()["pixels"]!.data;
  return { shown: Array.from({ length: 8 }, (_, row) => Number(pixels[row * side * side * 3])), told };
}

test("a batch shows each of its concepts in two styles, beside its text", () => {
  for (let epoch = 0; epoch < 5; epoch++) {
    const { shown, told } = batchAt(epoch, 1);
    expect(new Set(told).size).toBe(4);
    expect(shown.map((picture) => Math.floor(picture / 3))).toEqual([...told, ...told]);
    for (let row = 0; row < 4; row++) expect(shown[row]).not.toBe(shown[row + 4]);
  }
});

test("an epoch visits as many concepts as fill whole batches, each once, in another order than the last", () => {
  expect(batches.perEpoch).toBe(2);
  const visited = [0, 1].flatMap((batch) => batchAt(0, batch).told);
  expect(new Set(visited).size).toBe(8);
  expect(visited).not.toEqual([0, 1].flatMap((batch) => batchAt(1, batch).told));
});

test("a batch is a function of its position", () => {
  expect(batchAt(2, 1)).toEqual(batchAt(2, 1));
  expect(batchAt(2, 1)).not.toEqual(batchAt(3, 1));
});

test("a concept with one picture shows it twice", () => {
  const single = emojiBatches(corpus, [0, 3, 6, 9], key(3), options);
  const into = new ContrastiveFeeds({ side, context: 1 }, () => [0], shape);
  single.write({ epoch: 0, batch: 0 }, into);
  const rows = Array.from({ length: 8 }, (_, row) => Number(into.feeds()["pixels"]!.data[row * side * side * 3]));
  expect(rows.slice(0, 4)).toEqual(rows.slice(4));
  expect(rows.slice(0, 4).sort((a, b) => a - b)).toEqual([0, 3, 6, 9]);
});

test("each concept comes with its meaning, for a step that asks for it", () => {
  const meanings = concepts.map((_, concept) => Float32Array.of(concept, -concept));
  const kindred = { share: 0.3, temperature: 0.1, width: 2 };
  const into = new ContrastiveFeeds({ side, context: 1 }, () => [0], { ...shape, kindred });
  emojiBatches(corpus, [...pictures.keys()], key(3), { ...options, meanings }).write({ epoch: 0, batch: 0 }, into);
  const feeds = into.feeds();
  const shown = Array.from({ length: 4 }, (_, row) =>
    Math.floor(Number(feeds["pixels"]!.data[row * side * side * 3]) / 3),
  );
  expect([...feeds["meanings"]!.data]).toEqual(shown.flatMap((concept) => [concept, -concept]));
});
