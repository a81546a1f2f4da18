import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { loadTokenizer, type TextTokenizer } from "./tokenizer.ts";

const folder = new URL("../../../fixtures/golden/tokenizer/", import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const load = (kind: string) => loadTokenizer(json(`${kind}.tokenizer.json`), json(`${kind}.tokenizer_config.json`));

const Rows = z.array(z.array(z.int()));
const golden = z
  .object({
    texts: z.array(z.string()),
    expected: z.record(
      z.string(),
      z.object({ ids: Rows, bare: Rows, max_length: z.int(), padded: Rows, mask: Rows, longest: Rows }),
    ),
  })
  .parse(json("expected.json"));

const rowsOf = ({ shape, data }: { shape: readonly number[]; data: BigInt64Array }) =>
  Array.from({ length: shape[0]! }, (_, n) => [...data.subarray(n * shape[1]!, (n + 1) * shape[1]!)].map(Number));

describe.each(["clip", "bert", "unigram", "gpt2"])("%s gives the ids of the reference", (kind) => {
  const { texts } = golden;
  const want = golden.expected[kind]!;
  const tokenizer = load(kind);
  const padId = kind === "gpt2" ? tokenizer.eosId! : tokenizer.padId!;

  test("with and without special tokens", () => {
    expect(texts.map((text) => tokenizer.encode(text))).toEqual(want.ids);
    expect(texts.map((text) => tokenizer.encode(text, { specialTokens: false }))).toEqual(want.bare);
  });

  test("truncated and padded to a length", () => {
    const batch = tokenizer.encodeBatch(texts, { maxLength: want.max_length, padTo: "maxLength", padId });
    expect(batch.inputIds.shape).toEqual([texts.length, want.max_length]);
    expect(rowsOf(batch.inputIds)).toEqual(want.padded);
    expect(rowsOf(batch.attentionMask)).toEqual(want.mask);
  });

  test("padded to the longest", () => {
    const batch = tokenizer.encodeBatch(texts.slice(0, 3), { maxLength: want.max_length, padId });
    expect(rowsOf(batch.inputIds)).toEqual(want.longest);
  });
});

describe("TextTokenizer", () => {
  const clip: TextTokenizer = load("clip");

  test("knows its size and its special tokens", () => {
    expect(clip).toMatchObject({ vocabSize: 1200, bosId: 1198, eosId: 1199, padId: 1199 });
    expect(load("unigram")).toMatchObject({ vocabSize: 500, bosId: undefined, eosId: 1, padId: 0 });
    expect([clip.idOf("!"), clip.idOf("no such token")]).toEqual([0, undefined]);
  });

  test("decodes to the normalised text", () => {
    expect(clip.decode(clip.encode("A  Photo of 강아지 and café"))).toBe("a photo of 강아지 and café");
    expect(clip.decode(clip.encode("cat"), { keepSpecialTokens: true })).toBe("<|startoftext|>cat <|endoftext|>");
    expect(clip.decode([])).toBe("");
  });

  test("an empty batch, and one of empty texts", () => {
    expect(clip.encodeBatch([]).inputIds.shape).toEqual([0, 0]);
    expect(rowsOf(clip.encodeBatch(["", ""]).inputIds)).toEqual([
      [1198, 1199],
      [1198, 1199],
    ]);
  });

  test("the shortest length keeps both special tokens; below it there is an error", () => {
    expect(clip.encode("a cat", { maxLength: 2 })).toEqual([1198, 1199]);
    expect(() => clip.encode("a cat", { maxLength: 1 })).toThrow(/^encode: 2 special tokens do not fit in 1\n/);
  });

  test("padding without an id is an error", () => {
    expect(() => load("gpt2").encodeBatch(["one", "one and two"])).toThrow(
      /names no padding token\n {2}mend: pass padId/,
    );
  });
});

const clipJson = z.looseObject({}).parse(json("clip.tokenizer.json"));

test.each<[found: RegExp, tokenizer: unknown, config?: unknown]>([
  [/^here: it cannot be used: .*expected object/, null],
  [/at model/, { added_tokens: [] }],
  [/it cannot be used: \S/, { ...clipJson, model: { type: "BPE", vocab: {} } }],
  [/at pad_token/, clipJson, { pad_token: 3 }],
])("refuses what it cannot use: %s", (found, tokenizer, config) => {
  expect(() => loadTokenizer(tokenizer, config, "here")).toThrow(found);
  expect(() => loadTokenizer(tokenizer, config)).toThrow(expect.objectContaining({ code: "TOKENIZER_INVALID" }));
});
