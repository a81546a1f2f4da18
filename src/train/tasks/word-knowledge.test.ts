import { expect, test } from "vitest";
import { key } from "../../engine/random.ts";
import { clipTokenizerConfig } from "../../io/tokenizer/clip-scheme.ts";
import { loadTokenizer } from "../../io/tokenizer/tokenizer.ts";
import { trainBpe } from "../../io/tokenizer/train-bpe.ts";
import type { WordVectors } from "../../io/word-vectors.ts";
import { constantInit } from "../../nn/init.ts";
import { initialize, Scope } from "../../nn/scope.ts";
import { learnWords, relatedWords } from "./word-knowledge.ts";

/** Animals point one way, tools another; `gorilla` lies nearer to `monkey` than `ape` does. */
const known: WordVectors = {
  words: ["monkey", "gorilla", "ape", "hammer", "wrench", "u.s.", "of"],
  width: 2,
  vectors: Float32Array.from([2, 0, 3, 0.3, 1, 0.5, 0, 1, 0.4, 2, 5, 5, -1, 0]),
};

const anything = (): boolean => true;

test("related words are those near the captions' own, nearest first, and no others", async () => {
  expect(await relatedWords(new Set(["monkey"]), known, anything, 2)).toEqual(["gorilla", "ape"]);
  expect(await relatedWords(new Set(["monkey", "hammer"]), known, anything, 3)).toEqual(["gorilla", "wrench", "ape"]);
  expect(await relatedWords(new Set(["monkey"]), known, (word) => word !== "gorilla", 1)).toEqual(["ape"]);
  expect(await relatedWords(new Set(["unheard"]), known, anything, 3)).toEqual([]);
});

test("token embeddings of known words keep the angles between their vectors; the others start as the model says", async () => {
  const lexicon = { isThing: anything };
  const { texts, start } = await learnWords(["a monkey", "unheard"], known, lexicon, { related: 1, deviation: 0.1 });
  expect(new Set(texts)).toEqual(new Set(["a monkey", "unheard", "gorilla"]));
  const { tokenizerJson } = trainBpe(texts, { vocabSize: 600 });
  const tokenizer = loadTokenizer(tokenizerJson, clipTokenizerConfig(8));
  const scope = Scope.root();
  const width = 512;
  scope.with(start(tokenizer)).param("token_embedding.weight", [tokenizer.vocabSize, width], constantInit(7));
  scope.with(start(tokenizer)).param("position_embedding.weight", [4, width], constantInit(7));
  const values = initialize(scope.parameters, key(0));
  const rows = values.get("token_embedding.weight")!.data;
  const row = (word: string): Float32Array => {
    const [token = 0] = tokenizer.encode(word, { specialTokens: false });
    return rows.subarray(token * width, (token + 1) * width);
  };
  const cosine = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
  expect(cosine(row("monkey"), row("gorilla"))).toBeCloseTo(3 / Math.hypot(3, 0.3), 2);
  expect(row("unheard").every((value) => value === 7)).toBe(true);
  expect(values.get("position_embedding.weight")!.data.every((value) => value === 7)).toBe(true);
});
