import type { Caption } from "../../data/sample.ts";

const prefix = "synthetic:";

/** Provenance of a caption that a model wrote. */
export const syntheticBy = (model: string): string => `${prefix}${model}`;

/** Whether a model wrote this caption. Captions whose provenance the data does not say are taken for raw ones. */
export const isSynthetic = ({ provenance }: Caption): boolean => provenance?.startsWith(prefix) ?? false;
