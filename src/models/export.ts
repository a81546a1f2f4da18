import { anyExtent } from "../engine/onnx/dynamic.ts";
import { encodeModel, type ModelProto } from "../engine/onnx/model-proto.ts";
import { add, exp, mul } from "../engine/ops/elementwise.ts";
import { transpose } from "../engine/ops/layout.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import { l2Normalize } from "../engine/ops/normalize.ts";
import { zeros } from "../nn/init.ts";
import { InputError } from "../platform/error.ts";
import type { DualEncoder } from "./dual-encoder.ts";
import { imageTower, inferenceModel, textTower, tokenExtents, type Weights } from "./inference.ts";

/** What is exported. */
export interface ExportOptions {
  /** Also one file of both towers, for pipelines; no if absent. */
  readonly pipeline?: boolean;
}

/** A file of an exported model, by its path in the model's folder. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The ONNX files of a two-tower model, with the paths, names and axes that `@huggingface/transformers` expects:
 *
 * - `onnx/vision_model.onnx`: `pixel_values` float32 `[batch_size, 3, side, side]`, normalised, to the picture features
 * - `onnx/text_model.onnx`: `input_ids` int64 `[batch_size, sequence_length]` to the text features
 *
 * Features are `image_embeds` and `text_embeds` of CLIP, `pooler_output` of SigLIP; they are not of unit length.
 *
 * With `pipeline`, also `onnx/model.onnx`, both towers and their logits in one file, which the
 * `zero-shot-image-classification` pipeline asks for.
 *
 * @throws {InputError} WEIGHTS_MISFIT, EXPORT_TOO_LARGE
 */
export function* exportDualEncoder(
  model: DualEncoder,
  weights: Weights,
  { pipeline = false }: ExportOptions = {},
): Generator<ExportedFile> {
  const { image, text } = model.featureNames;
  const vision = imageTower(model, weights, { name: "pixel_values", dtype: "float32" }, (features) => ({
    [image]: features,
  }));
  yield encoded("onnx/vision_model.onnx", vision);
  yield encoded(
    "onnx/text_model.onnx",
    textTower(model, weights, (features) => ({ [text]: features })),
  );
  if (pipeline) yield encoded("onnx/model.onnx", wholeModel(model, weights));
}

function wholeModel(model: DualEncoder, weights: Weights): ModelProto {
  const { side, imageFeatures, textFeatures } = model;
  return inferenceModel(
    (scope, { image_batch_size, text_batch_size, sequence_length }) => {
      const pixelValues = input("pixel_values", "float32", [image_batch_size, 3, side, side]);
      const inputIds = input("input_ids", "int64", [text_batch_size, sequence_length]);
      const image_embeds = l2Normalize(imageFeatures(scope, pixelValues));
      const text_embeds = l2Normalize(textFeatures(scope, inputIds));
      const number = (name: string) => scope.param(name, weights[name]?.shape ?? [], zeros);
      const scaled = mul(matmul(text_embeds, image_embeds, { transB: true }), exp(number("logit_scale")));
      const logits_per_text = model.family === "siglip" ? add(scaled, number("logit_bias")) : scaled;
      return { logits_per_image: transpose(logits_per_text), logits_per_text, text_embeds, image_embeds };
    },
    { image_batch_size: anyExtent, text_batch_size: anyExtent, sequence_length: tokenExtents(model) },
    weights,
  );
}

/** Protocol buffers hold no more than 2 GiB. */
const largest = 2 ** 31;

function encoded(path: string, model: ModelProto): ExportedFile {
  const bytes = [...model.initializers.values()].reduce((total, { data }) => total + data.byteLength, 0);
  if (bytes >= largest)
    throw new InputError(
      "EXPORT_TOO_LARGE",
      path,
      `the weights take ${(bytes / 2 ** 30).toFixed(1)} GiB, an ONNX file holds less than 2`,
      "export a smaller model: weights beside the ONNX file are not supported",
    );
  return { path, bytes: encodeModel(model) };
}
