/**
 * The folder of an exported CLIP ViT-B/32 vision tower with random weights, as transformers.js loads it: `config.json`,
 * `preprocessor_config.json`, `onnx/vision_model.onnx`.
 */
export const exportedModel = () => process.env["FOVEA_BENCH_VIT"] ?? "";
