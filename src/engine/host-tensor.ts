import { arrayOf, type ArrayOf, type DType, type HostTensor } from "../platform/session.ts";
import { sizeOf } from "./shape.ts";

/** Bytes of one element. */
export const bytesPerElement = (dtype: DType): number => arrayOf[dtype].BYTES_PER_ELEMENT;

/** A typed array of `length` zeros, or a view of `length` elements at `offset` (bytes) of `buffer`. */
export function arrayFor<D extends DType>(dtype: D, length: number, buffer?: ArrayBuffer, offset = 0): ArrayOf[D] {
  const array = buffer === undefined ? new arrayOf[dtype](length) : new arrayOf[dtype](buffer, offset, length);
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
