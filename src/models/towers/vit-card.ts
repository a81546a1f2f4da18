import { defineModelCard } from "../cards/card.ts";

/** The Vision Transformer. */
export const vitCard = defineModelCard({
  id: "vit",
  modelType: "vit",
  family: "tower",
  paper: "https://arxiv.org/abs/2010.11929",
  tasks: ["classification", "image-embedding"],
  load: async () => (await import("./vit.ts")).vitModel,
});
