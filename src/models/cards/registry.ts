// Made from the files *-card.ts by "npm run cards".
import { clipCard, clipTextCard, clipVisionCard } from "../contrastive/clip-card.ts";
import { openClipCard } from "../contrastive/open-clip-card.ts";
import { siglipCard, siglipTextCard, siglipVisionCard } from "../contrastive/siglip-card.ts";
import { vitCard } from "../towers/vit-card.ts";
import type { ModelCard } from "./card.ts";

/** All models. Their code is loaded when one is opened. */
export const modelCards: readonly ModelCard[] = [
  clipCard,
  clipTextCard,
  clipVisionCard,
  openClipCard,
  siglipCard,
  siglipTextCard,
  siglipVisionCard,
  vitCard,
];
