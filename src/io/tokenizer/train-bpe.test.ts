import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { clipTokenizerConfig } from "./clip-scheme.ts";
import { loadTokenizer } from "./tokenizer.ts";
import { trainBpe } from "./train-bpe.ts";

const modelOf = (tokenizerJson: unknown) =>
  z
    .object({ model: z.object({ merges: z.array(z.string()), vocab: z.record(z.string(), z.int()) }) })
    .parse(tokenizerJson).model;

const captionsIn = (language: string) =>
  z
    .array(z.object({ label: z.string(), tags: z.array(z.string()).optional() }))
    .parse(
      JSON.parse(
        readFileSync(new URL(`../../../node_modules/emojibase-data/${language}/data.json`, import.meta.url), "utf8"),
      ),
    )
    .flatMap(({ label, tags }) => (tags ? [label, tags.join(" ")] : [label]));
const captions = [...captionsIn("en"), ...captionsIn("ko")];

test("the merges of a hand-computed example, ties by lowest ids", () => {
  // Sennrich et al. 2016, section 3.2: low x 5, lower x 2, newest x 6, widest x 3; a word's last letter carries its end.
  const words = [
    ...Array<string>(5).fill("low"),
    "lower lower",
    ...Array<string>(6).fill("newest"),
    "widest widest widest",
  ];
  const { tokenizerJson, vocabSize } = trainBpe(words, { vocabSize: 514 + 5 });
  // "e s", "es t</w>" 9 times; "l o" 7; "e w", "n e", "ew est</w>" 6. Ids follow the alphabet: e < es, l < n < w.
  expect(modelOf(tokenizerJson).merges).toEqual(["e s", "es t</w>", "l o", "e w", "n ew"]);
  expect(vocabSize).toBe(519);
});

test("a pair that overlaps itself is merged from the left", () => {
  const { merges } = modelOf(trainBpe(["aaaaa aaaaa"], { vocabSize: 514 + 3 }).tokenizerJson);
  // a a a a a</w>: "a a" 6 times, then aa aa a</w>: "aa a</w>" and "aa aa" twice each; the lower ids win.
  expect(merges).toEqual(["a a", "aa a</w>", "aa aaa</w>"]);
});

test("stops when no pair occurs often enough", () => {
  const { tokenizerJson, vocabSize } = trainBpe(["ab ab cd"], { vocabSize: 1000 });
  expect(modelOf(tokenizerJson).merges).toEqual(["a b</w>"]);
  expect(vocabSize).toBe(515);
  expect(trainBpe(["ab ab cd"], { vocabSize: 1000, minFrequency: 1 }).vocabSize).toBe(516);
});

test("bytes come first in CLIP's order, special tokens last, end of text at the very end", () => {
  const { vocab } = modelOf(trainBpe(["a a"], { vocabSize: 600, specialTokens: ["<image>"] }).tokenizerJson);
  const ids = (...tokens: string[]) => tokens.map((token) => vocab[token]);
  // Ids of openai/clip-vit-base-patch32.
  expect(ids("!", "~", "¡", "ÿ", "Ā", "Ń", "!</w>", "a</w>", "Ń</w>")).toEqual([
    0, 93, 94, 187, 188, 255, 256, 320, 511,
  ]);
  expect(ids("<image>", "<|startoftext|>", "<|endoftext|>")).toEqual([512, 513, 514]);
});

test("a vocabulary too small for the bytes is refused", () => {
  expect(() => trainBpe([], { vocabSize: 513 })).toThrow("vocabSize must be at least 514");
});

describe("on English and Korean captions", () => {
  const held = captions.filter((_, i) => i % 10 === 0);
  const trained = trainBpe(
    captions.filter((_, i) => i % 10 !== 0),
    { vocabSize: 1500 },
  );
  const tokenizer = loadTokenizer(trained.tokenizerJson, clipTokenizerConfig(32));

  test("the library splits held-out captions as the merges, applied one after another, do", () => {
    const { merges, vocab } = modelOf(trained.tokenizerJson);
    const some = held.filter((_, i) => i % 10 === 0);
    const want = some.map((caption) =>
      wordsOf(caption).flatMap((word) => applyMerges(word, merges).map((token) => vocab[token])),
    );
    expect(some.map((caption) => tokenizer.encode(caption, { specialTokens: false }))).toEqual(want);
  });

  test("held-out captions come back from their ids", () => {
    const plain = (text: string) =>
      text
        .normalize("NFC")
        .toLowerCase()
        .replaceAll(/[\s\p{P}]+/gu, "");
    for (const caption of held) expect(plain(tokenizer.decode(tokenizer.encode(caption)))).toBe(plain(caption));
  });

  test("frequent words of both languages are single tokens", () => {
    const words = ["face", "hand", "woman", "얼굴", "사람", "깃발"];
    expect(words.map((word) => tokenizer.encode(word, { specialTokens: false }).length)).toEqual(words.map(() => 1));
  });
});

test("a hundred thousand captions take seconds", () => {
  const many = Array.from(
    { length: 100_000 },
    (_, i) => `${captions[i % captions.length]} ${captions[(i * 7919) % captions.length]}`,
  );
  const start = performance.now();
  expect(trainBpe(many, { vocabSize: 4000 }).vocabSize).toBe(4000);
  expect(performance.now() - start).toBeLessThan(20_000); // 2 s on an idle machine
});

/** CLIP's words, in the byte characters of GPT-2, written from their definition: printable bytes are themselves. */
function wordsOf(caption: string): string[] {
  const words =
    caption
      .normalize("NFC")
      .toLowerCase()
      .match(/'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu) ?? [];
  const hidden = [...Array(33).keys(), ...Array.from({ length: 34 }, (_, i) => 127 + i), 173];
  return words.map((word) =>
    [...new TextEncoder().encode(word)]
      .map((byte) => String.fromCharCode(hidden.includes(byte) ? 256 + hidden.indexOf(byte) : byte))
      .join(""),
  );
}

/** Byte pair encoding by its definition: every merge in turn, on all places from left to right. */
function applyMerges(word: string, merges: readonly string[]): string[] {
  let tokens = [...Array.from(word.slice(0, -1)), `${word.at(-1)}</w>`];
  for (const merge of merges) {
    const [left, right] = merge.split(" ");
    for (let i = 0; i + 1 < tokens.length; i++)
      if (tokens[i] === left && tokens[i + 1] === right) tokens = tokens.toSpliced(i, 2, left! + right!);
  }
  return tokens;
}
