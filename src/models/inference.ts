import { anyExtent, dynamicModel, type TracedExtents } from "../engine/onnx/dynamic.ts";
import type { ModelProto } from "../engine/onnx/model-proto.ts";
import { input } from "../engine/ops/leaf.ts";
import type { Tensor } from "../engine/tensor.ts";
import { fromFloat16 } from "../io/float16.ts";
import { readCheckpoint, type FolderReader } from "../io/checkpoint.ts";
import { Scope } from "../nn/scope.ts";
import { InputError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import type { DualEncoder } from "./dual-encoder.ts";

/** Tensors of a checkpoint by name. */
export type Weights = Readonly<Record<string, HostTensor>>;

/**
 * Reads a model folder's weights, half precision widened to float32.
 * @throws {InputError} the codes of {@link readCheckpoint}
 */
export async function readWeights(read: FolderReader): Promise<Weights> {
  const weights: Record<string, HostTensor> = {};
  for await (const [name, tensor] of readCheckpoint(read))
    weights[name] =
      tensor.data instanceof Uint16Array
        ? { dtype: "float32", shape: tensor.shape, data: fromFloat16(tensor.data) }
        : tensor;
  return weights;
}

/** The graph input of {@link imageTower}. */
export interface PixelInput {
  readonly name: string;
  readonly dtype: "uint8" | "float32";
  /** Makes of the input what the tower takes, normalised float32; it is that already if absent. */
  readonly normalize?: (pixels: Tensor) => Tensor;
}

/**
 * The picture tower with its weights as constants, for any number of pictures: graph input `[batch, 3, side, side]`.
 *
 * @param output what becomes of the features `[batch, width]`, by name
 * @throws {InputError} WEIGHT_MISSING
 * @throws {FoveaError} GRAPH_BINDING if a weight has another shape than the model needs
 */
export const imageTower = (
  { side, imageFeatures }: DualEncoder,
  weights: Weights,
  { name, dtype, normalize = (pixels) => pixels }: PixelInput,
  output: Output,
): ModelProto =>
  inferenceModel(
    (scope, { batch_size = 1 }) =>
      output(imageFeatures(scope, normalize(input(name, dtype, [batch_size, 3, side, side])))),
    { batch_size: anyExtent },
    weights,
    name,
  );

/**
 * The text tower with its weights as constants, for any number of texts: graph input `input_ids` int64 `[batch, tokens]`.
 *
 * @param output what becomes of the features `[batch, width]`, by name
 * @throws as {@link imageTower}
 */
export const textTower = ({ tokens, textFeatures }: DualEncoder, weights: Weights, output: Output): ModelProto =>
  inferenceModel(
    (scope, { batch_size = 1, sequence_length = tokens.atMost }) =>
      output(textFeatures(scope, input("input_ids", "int64", [batch_size, sequence_length]))),
    {
      batch_size: anyExtent,
      ...(tokens.padded ? {} : { sequence_length: [tokens.atMost - 1, tokens.atMost - 2] as const }),
    },
    weights,
    "input_ids",
  );

type Output = (features: Tensor) => Readonly<Record<string, Tensor>>;

function inferenceModel(
  build: (scope: Scope, extents: Readonly<Record<string, number>>) => Readonly<Record<string, Tensor>>,
  axes: Readonly<Record<string, TracedExtents>>,
  weights: Weights,
  input: string,
): ModelProto {
  const model = dynamicModel((extents) => build(Scope.root(), extents), axes, { bind: weights });
  const missing = model.inputs.filter(({ name }) => name !== input);
  if (missing.length === 0) return model;
  throw new InputError(
    "WEIGHT_MISSING",
    missing[0]!.name,
    `the checkpoint lacks ${missing.length === 1 ? "this weight" : `this and ${missing.length - 1} more weights`} of the model`,
    "config.json and model.safetensors must belong together: fetch both again",
  );
}
