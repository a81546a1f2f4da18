import { defineModelCard } from "../cards/card.ts";

const paper = "https://arxiv.org/abs/2103.00020";

/** CLIP. */
export const clipCard = defineModelCard({
  id: "clip",
  modelType: "clip",
  family: "contrastive",
  paper,
  tasks: ["retrieval", "zero-shot-classification", "image-embedding", "text-embedding"],
  load: async () => (await import("./clip.ts")).clipModel,
});

/** CLIP's text tower alone. */
export const clipTextCard = defineModelCard({
  id: "clip-text",
  modelType: "clip_text_model",
  family: "contrastive",
  paper,
  tasks: ["text-embedding"],
  load: async () => (await import("./clip-towers.ts")).clipTextModel,
});

/** CLIP's picture tower alone. */
export const clipVisionCard = defineModelCard({
  id: "clip-vision",
  modelType: "clip_vision_model",
  family: "contrastive",
  paper,
  tasks: ["image-embedding"],
  load: async () => (await import("./clip-towers.ts")).clipVisionModel,
});
