import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPicture } from "../picture/open-picture.node.ts";
import { CandidateSource } from "../candidate.ts";
import type { ScoringEmbedder } from "../clip/picture-embeddings.ts";
import { platform } from "#platform";
import type { Candidate } from "../stage.ts";
import { openTextSpotter } from "./open-text-spotter.node.ts";
import { tMarsScorer } from "./t-mars.ts";
import { textSpottingScorer } from "./text-spotting-scorer.ts";
import type { TextSpotter } from "./text-spotter.ts";

const source = new CandidateSource(openPicture);
const pair = (file: string, caption: string): Candidate =>
  source.candidate({
    key: file,
    image: { read: async () => new Uint8Array(await readFile(join("fixtures", "text-pictures", file))) },
    captions: caption === "" ? [] : [{ text: caption }],
    metadata: {},
  });
const broken = source.candidate({
  key: "broken",
  image: new Uint8Array([1, 2, 3]),
  captions: [{ text: "x" }],
  metadata: {},
});

let spotter: TextSpotter;
beforeAll(async () => {
  spotter = await openTextSpotter();
}, 60_000);
afterAll(() => spotter.dispose());

test("text spotting: how much of the caption the picture says", async () => {
  const rows = await textSpottingScorer(spotter).score([
    pair("sale.jpg", "summer sale"),
    pair("sale.jpg", "a shopping cart"),
    pair("cat.jpg", "a cat"),
    pair("poster.jpg", ""),
    broken,
  ]);
  expect(rows.map((row) => row["text_overlap"])).toEqual([1, 0, 0, 0, null]);
  expect(rows.map((row) => row["text_in_picture"])).toEqual([
    "SUMMERSALE\n50%OFF",
    "SUMMERSALE\n50%OFF",
    "",
    "Flight to Mars",
    null,
  ]);
  expect(rows[0]!["text_area"]).toBeCloseTo((272 * 26 + 131 * 24) / (320 * 240), 1); // boxes of truth.json
});

describe("T-MARS", () => {
  /** Sees two things only: how much of the picture is as dark red as the words SUMMER SALE, and how blue it is as orange wheels are not. */
  const redEmbedder: ScoringEmbedder = {
    width: 2,
    fingerprint: "red",
    embedTexts: async (texts) => Float32Array.from(texts.flatMap((text) => (text.includes("sale") ? [1, 0] : [0, 1]))),
    async *embedStream(items, imageOf) {
      for await (const item of items) {
        const image = await imageOf(item);
        if (typeof image === "string" || image instanceof URL) throw new Error("bytes are expected");
        const { data } = image instanceof Uint8Array ? await platform.decodeImage(image) : image;
        let red = 0;
        for (let i = 0; i < data.length; i += 3) if (data[i]! > 140 && data[i + 1]! < 60 && data[i + 2]! < 80) red++;
        const share = Math.min(1, red / 1000);
        yield { item, embedding: Float32Array.of(share, Math.sqrt(1 - share * share)) };
      }
    },
  };

  test("a caption that fits only the text scores low once it is painted over; one that fits the rest does not", async () => {
    const candidates = [pair("sale.jpg", "summer sale"), pair("sale.jpg", "a shopping cart"), pair("cat.jpg", "a cat")];
    const rows = await tMarsScorer(redEmbedder, spotter).score([...candidates, broken, pair("cat.jpg", "")]);
    const scores = rows.map((row) => row["t_mars_score"]);
    expect(scores[0]).toBeLessThan(0.1); // 1 with its words
    expect(scores[1]).toBeGreaterThan(0.99);
    expect(scores.slice(2)).toEqual([1, null, null]);
    expect(rows[2]!["t_mars_text_area"]).toBe(0);
  });
});
