import type { PlanSpec } from "../plan-spec.ts";

/**
 * DataComp's best baseline: pictures in clusters that ImageNet's fall into, English captions, and the best 30 % of the whole pool by CLIP score.
 * Name the target pictures with `image-based.targets=FOLDER`. DataComp makes 100,000 clusters of the pictures with English captions, in 20
 * rounds; here their number follows that of the pictures. Clusters are made before the CLIP score selects, as there.
 * @see Gadre et al. 2023, https://arxiv.org/abs/2304.14108, section 4.2 and appendix P, and `apply_filter.py`
 *   and `image_based_clustering.py` of its repository
 */
export const datacompImageClip: PlanSpec = {
  name: "datacomp-image-clip",
  summary: "DataComp's image-based selection and the best 30 % by CLIP score; needs image-based.targets",
  stages: [
    { use: "language", only: ["en"] },
    { use: "caption-length", minWords: 2, minCharacters: 6 },
    { use: "image-based" },
    { use: "clip-score", top: 0.3, of: "all" },
  ],
};
