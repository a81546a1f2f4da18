import type { ArrayOf, DType, HostTensor } from "../platform/session.ts";
import { sizeOf } from "./shape.ts";

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Bytes of one element. */
export const bytesPerElement = (dtype: DType): number => arrays[dtype].BYTES_PER_ELEMENT;

/** A typed array of `length` zeros, or a view of `length` elements at `offset` (bytes) of `buffer`. */
export function arrayFor<D extends DType>(dtype: D, length: number, buffer?: ArrayBuffer, offset = 0): ArrayOf[D] {
  const array = buffer === undefined ? new arrays[dtype](length) : new arrays[dtype](buffer, offset, length);
  return array as ArrayOf[D]; // the table above pairs each element type with its array
}

/** A host tensor of plain numbers (booleans as 0 and 1; float16 as half-precision bits), or of zeros. */
export function hostTensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values?: ArrayLike<number>,
): HostTensor<D> {
  const data = arrayFor(dtype, sizeOf(shape));
  if (values !== undefined) {
    if (values.length !== data.length) throw new RangeError(`${values.length} values for shape [${shape.join(", ")}]`);
    for (let i = 0; i < values.length; i++) data[i] = dtype === "int64" ? BigInt(values[i]!) : values[i]!;
  }
  return { dtype, shape, data };
}
