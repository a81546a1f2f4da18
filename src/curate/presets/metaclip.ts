import type { PlanSpec } from "../plan-spec.ts";

/**
 * MetaCLIP's curation: captions that name an entry of the metadata, balanced so that no entry fills the data. The paper's limit of
 * 20,000 samples an entry is meant for 400 million pairs and leaves small data as it is: set `metaclip.limit` lower there. Its
 * metadata also holds words, pairs of words and titles of Wikipedia; give such a list with `metaclip.metadata=metadata.json`.
 * @see Xu et al. 2023, https://arxiv.org/abs/2309.16671
 */
export const metaclipPlan: PlanSpec = {
  name: "metaclip",
  summary: "MetaCLIP's balancing over WordNet's synsets, or a list given as metaclip.metadata",
  stages: [{ use: "metaclip", metadata: "wordnet", limit: 20_000 }],
};
