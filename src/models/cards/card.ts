import type { Model } from "../model.ts";

/** What is told of a model without loading its code. */
export interface ModelCard {
  /** Unique, as users write it. */
  readonly id: string;
  /** `model_type` of the checkpoint's `config.json`; unique too. */
  readonly modelType: string;
  /** The survey's family, and the folder. */
  readonly family: "contrastive" | "tower";
  /** URL. */
  readonly paper: string;
  /** What it is good for. */
  readonly tasks: readonly Task[];
  /** Loads the model's code. */
  readonly load: () => Promise<Model<unknown>>;
}

/** What a model may be good for. */
export type Task = "retrieval" | "zero-shot-classification" | "classification" | "image-embedding" | "text-embedding";

/** Declares a model: the list of all models is made from the files `*-card.ts`, by `npm run cards`. */
export const defineModelCard = (card: ModelCard): ModelCard => card;
