/** `fovea` in a browser: what models do. Training parts and the engine have doors of their own, as `fovea/engine`. */
export { FoveaError, InputError, ShapeError, TrainError } from "./platform/error.ts";
export { Embedder } from "./eval/embedder.ts";
export type { Embedded, EmbedderOptions, ImageSource } from "./eval/embedder.ts";
export { classify, classifyStream } from "./eval/classify.ts";
export type { Classified, ClassifyStreamOptions } from "./eval/classify.ts";
