import type { PlanSpec } from "../plan-spec.ts";

/**
 * DataComp's best baseline: pictures in clusters near to ImageNet's, English captions, and the best 30 % of the whole pool by CLIP score.
 * Name the target pictures with `image-based.targets=FOLDER`. DataComp clusters the pool into 100,000; here the number follows its size.
 * @see Gadre et al. 2023, https://arxiv.org/abs/2304.14108, section 4.2 and appendix P, and `apply_filter.py` of its repository
 */
export const datacompImageClip: PlanSpec = {
  name: "datacomp-image-clip",
  summary: "DataComp's image-based selection and the best 30 % by CLIP score; needs image-based.targets",
  stages: [
    { use: "language", only: ["en"] },
    { use: "caption-length", minWords: 2, minCharacters: 6 },
    { use: "clip-score", top: 0.3, of: "all" },
    { use: "image-based" },
  ],
};
