/** `fovea/models`: opening, loading and exporting models; each family has its own door, as `fovea/models/clip`. */
export { modelCards } from "./cards/registry.ts";
export type { ModelCard, Task } from "./cards/card.ts";
export { openModel } from "./open-model.ts";
export type { OpenModel } from "./open-model.ts";
export type { ForwardOptions, Model, NamedTensors } from "./model.ts";
export { loadParameters } from "./load.ts";
export type { LoadOptions } from "./load.ts";
export { dualEncoder } from "./dual-encoder.ts";
export type { DualEncoder } from "./dual-encoder.ts";
export { imageTower, inferenceModel, readWeights, textTower } from "./inference.ts";
export type { PixelInput, Weights } from "./inference.ts";
export { exportDualEncoder } from "./export.ts";
export type { ExportedFile, ExportOptions } from "./export.ts";
