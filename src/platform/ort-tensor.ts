import { FoveaError } from "./error.ts";
import { arrayOf, type ArrayOf, type DType, type HostTensor } from "./session.ts";

/** The part of `onnxruntime-common`'s tensors that Node's and the browser's packages share. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** The class that makes them. */
export type OrtTensorClass<T extends OrtTensor> = new (type: never, data: never, dims: readonly number[]) => T;

const dtypes: ReadonlySet<string> = new Set(Object.keys(arrayOf));

/**
 * A host tensor as ONNX Runtime's JavaScript API takes it.
 * @throws {FoveaError} FEED_MISSING
 */
export function toOrt<T extends OrtTensor>(make: OrtTensorClass<T>, name: string, tensor: HostTensor | undefined): T {
  if (tensor === undefined)
    throw new FoveaError(
      "FEED_MISSING",
      name,
      "the graph has this input, but the run gave none",
      "pass a tensor of this name",
    );
  return new make(tensor.dtype as never, tensor.data as never, tensor.shape);
}

/** A result of ONNX Runtime's JavaScript API as a host tensor, copied into `into` if that is given. */
export function fromOrt({ type, dims, data }: OrtTensor, into?: HostTensor): HostTensor {
  if (!dtypes.has(type))
    throw new FoveaError(
      "RUNTIME_DTYPE",
      "onnxruntime run",
      `an output has element type ${type}`,
      "cast it in the graph",
    );
  const array = data as ArrayOf[DType]; // ONNX Runtime pairs each element type with its array
  // Half precision comes as a Float16Array from engines that have one: the same bytes.
  const values = type === "float16" ? new Uint16Array(array.buffer, array.byteOffset, array.length) : array;
  if (into === undefined) return { dtype: type as DType, shape: [...dims], data: values };
  copy(into.data, values);
  return into;
}

/** Weights as ONNX Runtime's JavaScript API takes what a model names without holding it: each is a file of its own. */
export const externalData = (
  weights: ReadonlyMap<string, HostTensor> = new Map(),
): { readonly path: string; readonly data: Uint8Array }[] =>
  Array.from(weights, ([path, { data }]) => ({
    path,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));

function copy(to: ArrayOf[DType], from: ArrayOf[DType]): void {
  new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(
    new Uint8Array(from.buffer, from.byteOffset, from.byteLength),
  );
}
