import type { PlanSpec } from "../plan-spec.ts";

/**
 * LAION's filtering: English, five characters at least, and a CLIP similarity of 0.28 at least. The threshold is for OpenAI's ViT-B/32:
 * similarities of other models have other sizes, so move it, or keep a share (`top`) instead.
 * @see Schuhmann et al. 2022, https://arxiv.org/abs/2210.08402, section 3.1
 */
export const laion: PlanSpec = {
  name: "laion",
  summary: "LAION's filtering: English captions that a CLIP finds similar to their picture (ViT-B/32: 0.28)",
  stages: [
    { use: "readable" },
    { use: "caption-length", minWords: 1, minCharacters: 5 },
    { use: "language", only: ["en"] },
    { use: "clip-score", min: 0.28 },
  ],
};
