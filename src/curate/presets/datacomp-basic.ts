import type { PlanSpec } from "../plan-spec.ts";

/**
 * DataComp's basic filtering: English, more than two words and five characters, at least 200 pixels on the short side, no more than
 * three times as long as wide. Its language detector is fastText; Fovea's is its own.
 * @see Gadre et al. 2023, https://arxiv.org/abs/2304.14108, section 3.2, and `apply_filter.py` of its repository
 */
export const datacompBasic: PlanSpec = {
  name: "datacomp-basic",
  summary: "DataComp's basic filtering: English, length of the caption, size and shape of the picture",
  stages: [
    { use: "readable" },
    { use: "language", only: ["en"] },
    { use: "caption-length", minWords: 3, minCharacters: 6 },
    { use: "picture-size", minSide: 200 },
    { use: "aspect-ratio", max: 3 },
  ],
};
