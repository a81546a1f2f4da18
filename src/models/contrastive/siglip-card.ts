import { defineModelCard } from "../cards/card.ts";

const paper = "https://arxiv.org/abs/2303.15343";

/** SigLIP, and SigLIP 2 of fixed resolution. */
export const siglipCard = defineModelCard({
  id: "siglip",
  modelType: "siglip",
  family: "contrastive",
  paper,
  tasks: ["retrieval", "zero-shot-classification", "image-embedding", "text-embedding"],
  load: async () => (await import("./siglip.ts")).siglipModel,
});

/** SigLIP's text tower alone. */
export const siglipTextCard = defineModelCard({
  id: "siglip-text",
  modelType: "siglip_text_model",
  family: "contrastive",
  paper,
  tasks: ["text-embedding"],
  load: async () => (await import("./siglip-towers.ts")).siglipTextModel,
});

/** SigLIP's picture tower alone. */
export const siglipVisionCard = defineModelCard({
  id: "siglip-vision",
  modelType: "siglip_vision_model",
  family: "contrastive",
  paper,
  tasks: ["image-embedding"],
  load: async () => (await import("./siglip-towers.ts")).siglipVisionModel,
});
