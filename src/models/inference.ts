import { platform } from "#platform";
import { anyExtent, dynamicModel, largerExtents, type TracedExtents } from "../engine/onnx/dynamic.ts";
import { encodeApart, type ModelProto } from "../engine/onnx/model-proto.ts";
import { padHidden } from "../engine/onnx/pad-hidden.ts";
import { input } from "../engine/ops/leaf.ts";
import type { Tensor } from "../engine/tensor.ts";
import { readCheckpoint, type FolderReader } from "../io/checkpoint.ts";
import { fromFloat16 } from "../io/float16.ts";
import { Scope } from "../nn/scope.ts";
import type { Device, HostTensor, Session } from "../platform/session.ts";
import type { DualEncoder } from "./dual-encoder.ts";
import { loadParameters } from "./load.ts";
import type { NamedTensors } from "./model.ts";

/** Tensors of a checkpoint by name. */
export type Weights = Readonly<Record<string, HostTensor>>;

/**
 * Reads a model folder's weights, as they are stored.
 * @throws {InputError} the codes of {@link readCheckpoint}
 */
export async function readWeights(read: FolderReader): Promise<Weights> {
  const weights: Record<string, HostTensor> = {};
  for await (const [name, tensor] of readCheckpoint(read)) weights[name] = tensor;
  return weights;
}

/** The first number of a weight; `undefined` if there is none of that name. */
export function firstNumber(weights: Weights, name: string): number | undefined {
  const data = weights[name]?.data;
  return data instanceof Uint16Array ? fromFloat16(data.subarray(0, 1))[0] : data && Number(data[0]);
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
 * @param device where it will run; the CPU if absent
 * @throws {InputError} WEIGHTS_MISFIT
 */
export const imageTower = (
  { side, imageFeatures }: DualEncoder,
  weights: Weights,
  { name, dtype, normalize = (pixels) => pixels }: PixelInput,
  output: Output,
  device?: Device,
): ModelProto =>
  inferenceModel(
    (scope, { batch_size }) => output(imageFeatures(scope, normalize(input(name, dtype, [batch_size, 3, side, side])))),
    { batch_size: anyExtent },
    weights,
    device,
  );

/**
 * The text tower with its weights as constants, for any number of texts: graph input `input_ids` int64 `[batch, tokens]`.
 *
 * @param output what becomes of the features `[batch, width]`, by name
 * @param device where it will run; the CPU if absent
 * @throws as {@link imageTower}
 */
export const textTower = (model: DualEncoder, weights: Weights, output: Output, device?: Device): ModelProto =>
  inferenceModel(
    (scope, { batch_size, sequence_length }) =>
      output(model.textFeatures(scope, input("input_ids", "int64", [batch_size, sequence_length]))),
    { batch_size: anyExtent, sequence_length: tokenExtents(model) },
    weights,
    device,
  );

/** What to trace the axis of tokens with: two extents, or the only one that there may be. */
export const tokenExtents = ({ tokens: { atMost, padded } }: DualEncoder): TracedExtents =>
  padded ? [atMost, atMost] : [atMost - 1, atMost - 2];

type Output = (features: Tensor) => NamedTensors;

/**
 * Lowers a model with its weights as constants, half precision widened.
 *
 * @param build  the model
 * @param axes   as for {@link dynamicModel}
 * @param device where it will run; the CPU if absent
 * @throws {InputError} WEIGHTS_MISFIT
 */
export function inferenceModel<Axis extends string>(
  build: (scope: Scope, extents: Readonly<Record<Axis, number>>) => NamedTensors,
  axes: Readonly<Record<Axis, TracedExtents>>,
  weights: Weights,
  device: Device = "cpu",
): ModelProto {
  const declared = Scope.root();
  build(declared, largerExtents(axes));
  const values = loadParameters(declared.parameters, Object.entries(weights), { allowUnexpected: /^/ });
  return dynamicModel((extents) => build(Scope.root(), extents), axes, { device, bind: Object.fromEntries(values) });
}

/** How a model runs: see `SessionOptions`. */
export interface InferenceOptions {
  readonly device: Device;
  readonly threads?: number;
  readonly runs?: number;
}

/** Compiles a model with its weights as constants. Its threads do not spin: decoders use the cores meanwhile. */
export function compileInference(model: ModelProto, options: InferenceOptions): Promise<Session> {
  const apart = encodeApart(options.device === "cpu" ? padHidden(model) : model);
  return platform.createSession(apart.model, { ...options, optimize: "all", spinning: false, weights: apart.weights });
}
