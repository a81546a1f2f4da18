import type { PlanSpec } from "../plan-spec.ts";

/**
 * LAION's filtering: five characters and 5 kB at least, English, and a CLIP similarity of 0.28 at least. The threshold is for OpenAI's
 * ViT-B/32 (other languages had 0.26, by a multilingual model): similarities of other models have other sizes, so move it, or keep a
 * share (`top`) instead.
 * @see Schuhmann et al. 2022 (LAION-5B), https://arxiv.org/abs/2210.08402, section 3; characters and bytes are those of LAION-400M,
 *   https://arxiv.org/abs/2111.02114, where the similarity was 0.3
 */
export const laion: PlanSpec = {
  name: "laion",
  summary: "LAION's filtering: English captions that a CLIP finds similar to their picture (ViT-B/32: 0.28)",
  stages: [
    { use: "readable" },
    { use: "file-size", minBytes: 5000 },
    { use: "caption-length", minWords: 1, minCharacters: 5 },
    { use: "language", only: ["en"] },
    { use: "clip-score", min: 0.28 },
  ],
};
