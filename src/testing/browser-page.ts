/** What tests call in a browser. */
import { platform } from "#platform";
import { compile, evaluate } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { input } from "../engine/ops/leaf.ts";
import { softmax } from "../engine/ops/normalize.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { DecodeOptions, RgbImage } from "../platform/platform.ts";
import type { Device } from "../platform/session.ts";
import { configureWeb } from "../platform/web.ts";
import type { Tensors } from "../train/step.ts";

export { clipLosses } from "./browser-clip.ts";

/** See {@link platform}. */
export const decodeImage = (bytes: Uint8Array, options?: DecodeOptions): Promise<RgbImage> =>
  platform.decodeImage(bytes, options);
/** See {@link platform}. */
export const encodePng = (image: RgbImage): Promise<Uint8Array> => platform.encodePng(image);
/** See {@link platform}. */
export const readBytes = (at: string, range?: readonly [start: number, end: number]): Promise<Uint8Array> =>
  platform.readBytes(at, range);

/** Sets where ONNX Runtime's files are served. */
export const configure = (): void => configureWeb({ wasmPaths: `${location.origin}/ort/` });

configure();

/** Tensors through ONNX Runtime and back. */
export async function echo(tensors: Tensors): Promise<Tensors> {
  const outputs: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of Object.entries(tensors)) outputs[`${name} again`] = input(name, dtype, shape);
  return await evaluate(outputs, tensors);
}

/** Softmax of bound weights (a constant of the graph), on a device, written into a given array. */
export async function softmaxOf(values: readonly number[], device: Device): Promise<Float32Array> {
  const tensor = hostTensor("float32", [values.length], values);
  const session = await compile({ y: softmax(input("x", "float32", tensor.shape)) }, { device, bind: { x: tensor } });
  const into = hostTensor("float32", tensor.shape);
  const { y } = await session.run({}, { y: into });
  await session.dispose();
  if (y !== into) throw new Error("the result is not the given array");
  return into.data;
}

/** Whether WebGPU has an adapter here. */
export const hasWebGpu = async (): Promise<boolean> => Boolean(await navigator.gpu?.requestAdapter());
