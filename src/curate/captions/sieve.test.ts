import { expect, test } from "vitest";
import type { Caption } from "../../data/sample.ts";
import type { Candidate } from "../stage.ts";
import { captionsInData, sieveScorer, withoutMediumPhrases } from "./sieve.ts";

test("phrases that say only that it is a picture are taken out, words that contain them are not", () => {
  expect(withoutMediumPhrases("A photo of a red owl")).toBe("a red owl");
  expect(withoutMediumPhrases("Red owl stock photo")).toBe("Red owl");
  expect(withoutMediumPhrases("an IMAGE of imagery by photographers")).toBe("imagery by photographers");
  expect(withoutMediumPhrases("images")).toBe("");
});

/** Texts as counts of `owl`, `cat` and everything, at unit length. */
const embedder = {
  width: 3,
  fingerprint: "words",
  embedTexts: async (texts: readonly string[]) =>
    Float32Array.from(
      texts.flatMap((text) => {
        const counts = [/owl/g, /cat/g, /photo|image/g].map((word) => text.match(word)?.length ?? 0);
        const norm = Math.hypot(...counts) || 1;
        return counts.map((count) => count / norm);
      }),
    ),
};
const candidate = (...captions: readonly Caption[]): Candidate => ({
  key: "k",
  sample: { key: "k", image: new Uint8Array(), captions, metadata: {} },
  picture: () => Promise.reject(new Error("not needed")),
});
const model = (text: string): Caption => ({ text, provenance: "synthetic:m" });

test("the best agreement of the alt text with a generated caption", async () => {
  const rows = await sieveScorer(embedder, captionsInData).score([
    candidate({ text: "photo of an owl" }, model("a photo of a cat"), model("an owl and a cat"), model("an owl")),
    candidate({ text: "photo of an owl", provenance: "alt-text" }, model("a photo of a cat")),
    candidate({ text: "stock photo" }, model("a cat")),
    candidate({ text: "an owl" }),
    candidate(model("an owl")),
    candidate({ text: "an owl" }, model("a photo")),
  ]);
  expect(rows).toEqual([
    { sieve_score: expect.closeTo(1), sieve_caption: "an owl" },
    { sieve_score: 0, sieve_caption: "a photo of a cat" }, // without its phrases: both say "photo"
    { sieve_score: 0, sieve_caption: "a cat" },
    { sieve_score: null, sieve_caption: null },
    { sieve_score: null, sieve_caption: null },
    { sieve_score: null, sieve_caption: null },
  ]);
});
