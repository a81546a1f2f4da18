/** `fovea/io`: safetensors, tokenizers, image processors; bytes in, bytes out. */
export { readCheckpoint } from "./checkpoint.ts";
export type { FolderReader } from "./checkpoint.ts";
export { fromBfloat16, fromFloat16, toFloat16 } from "./float16.ts";
export { readSafetensors, writeSafetensors } from "./safetensors.ts";
export type { Safetensors } from "./safetensors.ts";
export { parseImageProcessor } from "./image-processor/config.ts";
export type { ImageProcessor, ResizeRule } from "./image-processor/config.ts";
export { normalizePixels, stackPixels } from "./image-processor/pixels.ts";
export { loadImage, processImage } from "./image-processor/process.ts";
export type { ResizeMode } from "./image-processor/process.ts";
export { resizeImage } from "./image-processor/resample.ts";
export type { Filter, Rectangle, Size } from "./image-processor/resample.ts";
export { loadTokenizer, TextTokenizer } from "./tokenizer/tokenizer.ts";
export type { EncodeBatchOptions, EncodedBatch, EncodeOptions } from "./tokenizer/tokenizer.ts";
export { clipTokenizerConfig } from "./tokenizer/clip-scheme.ts";
export { trainBpe } from "./tokenizer/train-bpe.ts";
export type { TrainBpeOptions, TrainedBpe } from "./tokenizer/train-bpe.ts";
