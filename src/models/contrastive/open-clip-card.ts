import { defineModelCard } from "../cards/card.ts";

/** CLIP and its kin in open_clip's naming; their `config.json` has a `model_cfg` and no `model_type`. */
export const openClipCard = defineModelCard({
  id: "open-clip",
  modelType: "open_clip",
  family: "contrastive",
  paper: "https://arxiv.org/abs/2212.07143",
  tasks: ["retrieval", "zero-shot-classification", "image-embedding", "text-embedding"],
  load: async () => (await import("./open-clip.ts")).openClipModel,
});
