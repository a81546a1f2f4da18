import { encodeModel, type ModelProto } from "../engine/onnx/model-proto.ts";
import { InputError } from "../platform/error.ts";
import type { DualEncoder } from "./dual-encoder.ts";
import { imageTower, textTower, type Weights } from "./inference.ts";

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
 * @throws {InputError} WEIGHTS_MISFIT, EXPORT_TOO_LARGE
 */
export function* exportDualEncoder(model: DualEncoder, weights: Weights): Generator<ExportedFile> {
  const { image, text } = model.featureNames;
  const vision = imageTower(model, weights, { name: "pixel_values", dtype: "float32" }, (features) => ({
    [image]: features,
  }));
  yield encoded("onnx/vision_model.onnx", vision);
  yield encoded(
    "onnx/text_model.onnx",
    textTower(model, weights, (features) => ({ [text]: features })),
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
