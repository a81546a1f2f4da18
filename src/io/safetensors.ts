/**
 * The safetensors format: an 8-byte size, a JSON header, and the tensors' bytes one after another.
 * @see https://huggingface.co/docs/safetensors
 */
import { arrayFor } from "../engine/host-tensor.ts";
import type { DType, HostTensor } from "../platform/session.ts";
import { fromBfloat16, fromFloat16, toFloat16 } from "./float16.ts";
import { elementBytes, parseHeader, type FileDType, type TensorEntry } from "./safetensors-header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** By name, in the order of their bytes. */
  readonly tensors: Map<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const hostType: Readonly<Record<FileDType, DType>> = {
  BOOL: "bool",
  U8: "uint8",
  F16: "float16",
  BF16: "float32",
  I32: "int32",
  F32: "float32",
  I64: "int64",
};

const fileType: Readonly<Record<DType, FileDType>> = {
  bool: "BOOL",
  uint8: "U8",
  float16: "F16",
  int32: "I32",
  float32: "F32",
  int64: "I64",
};

/**
 * Reads a safetensors file. Tensors are views of `bytes` where their position allows it, copies where not;
 * BF16 is widened to float32.
 *
 * @param where names the file in errors.
 * @throws {InputError} the codes of {@link parseHeader}
 */
export function readSafetensors(bytes: Uint8Array, where = "safetensors"): Safetensors {
  const { entries, metadata } = parseHeader(bytes, where);
  return { tensors: new Map(entries.map((entry) => [entry.name, tensorOf(entry, bytes)])), metadata };
}

function tensorOf({ dtype, shape, start, end }: TensorEntry, file: Uint8Array): HostTensor {
  const width = elementBytes[dtype];
  const viewable = file.buffer instanceof ArrayBuffer && (file.byteOffset + start) % width === 0;
  const [buffer, offset] = viewable ? [file.buffer, file.byteOffset + start] : [file.slice(start, end).buffer, 0];
  const view = <D extends DType>(type: D) => arrayFor(type, (end - start) / width, buffer, offset);
  if (dtype === "BF16") return { dtype: "float32", shape, data: fromBfloat16(view("float16")) };
  return { dtype: hostType[dtype], shape, data: view(hostType[dtype]) };
}

/**
 * The bytes of a safetensors file, as the reference writer lays them out: wider elements first, then by name, so that
 * every tensor is aligned.
 *
 * @param metadata defaults to `{ format: "pt" }`, which Python's `from_pretrained` asks for.
 * @param options  `dtype`: store float tensors as this type.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
  options: { readonly dtype?: "float32" | "float16" } = {},
): Uint8Array {
  const order = Object.keys(elementBytes);
  const parts = [...tensors]
    .map(([name, tensor]) => {
      const { dtype, shape, data } = withFloats(tensor, options.dtype);
      return {
        name,
        dtype: fileType[dtype],
        shape,
        bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      };
    })
    .sort((a, b) => order.indexOf(b.dtype) - order.indexOf(a.dtype) || compareUtf8(a.name, b.name));

  let length = 0;
  const entries = parts.map(({ name, dtype, shape, bytes }) => {
    const start = length;
    length += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, length] }] as const;
  });
  const described = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const header = { ...described, ...Object.fromEntries(entries) };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8; // padded with spaces, so that the data is aligned

  const file = new Uint8Array(8 + headerBytes + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8 + json.length, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function withFloats(tensor: HostTensor, dtype: "float32" | "float16" | undefined): HostTensor {
  const { shape, data } = tensor;
  if (dtype === "float16" && data instanceof Float32Array) return { dtype, shape, data: toFloat16(data) };
  if (dtype === "float32" && data instanceof Uint16Array) return { dtype, shape, data: fromFloat16(data) };
  return tensor;
}

/** Orders strings by their UTF-8 bytes, which is by code points; `<` would compare UTF-16 units. */
function compareUtf8(a: string, b: string): number {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}
