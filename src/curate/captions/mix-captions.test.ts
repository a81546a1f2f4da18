import { describe, expect, test } from "vitest";
import type { Sample } from "../../data/sample.ts";
import { mixCaptions, type MixPolicy, type ScoredCaptions } from "./mix-captions.ts";

/** `raw 0.2` is a caption of the web with that score, `model 0.3` one of a model. */
const sample = (key: string, ...captions: readonly string[]): ScoredCaptions => ({
  sample: {
    key,
    image: new Uint8Array(),
    captions: captions.map((text) => ({ text, ...(text.startsWith("model") && { provenance: "synthetic:m" }) })),
    metadata: {},
  },
  scores: captions.map((text) => Number(text.split(" ")[1])),
});
const data = [
  sample("fits", "raw 0.35", "model 0.3", "model 0.4"),
  sample("misfits", "raw 0.1", "model 0.3", "model 0.25"),
  sample("web", "raw 0.1"),
];

async function mixed(policy: MixPolicy, minScore?: number) {
  const dropped: string[] = [];
  const kept: Record<string, string[]> = {};
  const textsOf = ({ captions }: Sample): string[] => captions.map(({ text }) => text);
  const onDrop = (key: string, reason: string): void => void dropped.push(`${key} ${reason}`);
  const stream = (async function* () {
    yield* data;
  })();
  for await (const one of mixCaptions(stream, policy, { minScore, onDrop })) kept[one.key] = textsOf(one);
  expect(Object.keys(kept).length + dropped.length).toBe(data.length);
  return { kept, dropped };
}

describe("policies", () => {
  test("raw, synthetic, all", async () => {
    expect(await mixed({ keep: "raw" })).toEqual({
      kept: { fits: ["raw 0.35"], misfits: ["raw 0.1"], web: ["raw 0.1"] },
      dropped: [],
    });
    expect(await mixed({ keep: "synthetic" })).toEqual({
      kept: { fits: ["model 0.3", "model 0.4"], misfits: ["model 0.3", "model 0.25"] },
      dropped: ["web CAPTION_NONE_LEFT"],
    });
    expect((await mixed({ keep: "all" })).kept["fits"]).toHaveLength(3);
  });

  test("best: one caption, whoever wrote it", async () => {
    expect(await mixed({ keep: "best" })).toEqual({
      kept: { fits: ["model 0.4"], misfits: ["model 0.3"], web: ["raw 0.1"] },
      dropped: [],
    });
  });

  test("by score: the raw one if it is good enough, else the best synthetic one", async () => {
    expect(await mixed({ keep: "by-score", rawFrom: 0.3 })).toEqual({
      kept: { fits: ["raw 0.35"], misfits: ["model 0.3"] },
      dropped: ["web CAPTION_NONE_LEFT"],
    });
  });
});

test("CapFilt: one filter for what the web says and what the captioner wrote", async () => {
  expect(await mixed({ keep: "all" }, 0.3)).toEqual({
    kept: { fits: ["raw 0.35", "model 0.3", "model 0.4"], misfits: ["model 0.3"] },
    dropped: ["web CAPTION_NONE_LEFT"],
  });
});
