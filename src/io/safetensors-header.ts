import * as z from "zod";
import { InputError } from "../platform/error.ts";

/** Bytes of one element of each type that Fovea reads, in the order in which the reference writer sorts them. */
export const elementBytes = { BOOL: 1, U8: 1, F16: 2, BF16: 2, I32: 4, F32: 4, I64: 8 } as const;

/** An element type, as the file names it. */
export type FileDType = keyof typeof elementBytes;

/** Where one tensor lies: `shape`, and the half-open byte range `[start, end)` of the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A header found consistent with the file's size: the entries fill the file, in order of their bytes. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const maxHeaderBytes = 100_000_000; // the reference implementation's own limit

const Metadata = z.record(z.string(), z.string());
const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

const damaged = "the file is damaged or was not written by a safetensors library: fetch or save it again";

/**
 * Reads and checks the header of a safetensors file. Nothing in proportion to what the header claims is allocated.
 *
 * @param where names the file in errors.
 * @throws {InputError} SAFETENSORS_TRUNCATED, SAFETENSORS_HEADER_TOO_LARGE, SAFETENSORS_HEADER_NOT_JSON,
 *   SAFETENSORS_DUPLICATE_KEY, SAFETENSORS_ENTRY_INVALID, SAFETENSORS_DTYPE_UNKNOWN, SAFETENSORS_OVERFLOW,
 *   SAFETENSORS_SIZE_MISMATCH, SAFETENSORS_OVERLAP, SAFETENSORS_GAP, SAFETENSORS_OUT_OF_BOUNDS, SAFETENSORS_TRAILING_BYTES
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export function parseHeader(bytes: Uint8Array, where: string): SafetensorsHeader {
  const { text, dataStart } = headerText(bytes, where);
  const { __metadata__: rawMetadata, ...rawEntries } = parseObject(text, where);
  const metadata = Metadata.optional().safeParse(rawMetadata);
  if (!metadata.success) throw invalidEntry(where, "__metadata__", "it is not a map of strings");
  const entries = Object.entries(rawEntries).map(([name, raw]) => parseEntry(name, raw, dataStart, where));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  checkLayout(entries, dataStart, bytes.length, where);
  return { entries, metadata: metadata.data ?? {} };
}

function headerText(bytes: Uint8Array, where: string): { text: string; dataStart: number } {
  if (bytes.length < 8) {
    throw new InputError(
      "SAFETENSORS_TRUNCATED",
      where,
      `${bytes.length} bytes cannot hold the 8-byte header size`,
      damaged,
    );
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (claimed > maxHeaderBytes) {
    throw new InputError(
      "SAFETENSORS_HEADER_TOO_LARGE",
      where,
      `the header claims ${claimed} bytes, more than ${maxHeaderBytes}`,
      damaged,
    );
  }
  const dataStart = 8 + Number(claimed);
  if (dataStart > bytes.length) {
    throw new InputError(
      "SAFETENSORS_TRUNCATED",
      where,
      `the header claims ${claimed} bytes, the file has ${bytes.length - 8} after its size`,
      damaged,
    );
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, dataStart)), dataStart };
  } catch (cause) {
    throw new InputError("SAFETENSORS_HEADER_NOT_JSON", where, "the header is not UTF-8", damaged, { cause });
  }
}

/** The header's object. `JSON.parse` keeps the last of two equal keys in silence, so they are looked for first. */
function parseObject(text: string, where: string): Record<string, unknown> {
  const notJson = (found: string, options?: ErrorOptions) =>
    new InputError("SAFETENSORS_HEADER_NOT_JSON", where, found, damaged, options);
  if (!text.startsWith("{")) throw notJson("the header does not begin with {");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw notJson("the header is not valid JSON", { cause });
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) {
    throw new InputError(
      "SAFETENSORS_DUPLICATE_KEY",
      where,
      `the header has the key ${duplicate} twice in one object`,
      damaged,
    );
  }
  return z.record(z.string(), z.unknown()).parse(parsed);
}

/** The first key that occurs twice in one object of valid JSON. */
function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const keys = open.at(-1)!;
      const name = key.includes("\\") ? JSON.stringify(JSON.parse(key)) : key; // one spelling, whatever was escaped
      if (keys.has(name)) return name;
      keys.add(name);
    }
  }
  return undefined;
}

function parseEntry(name: string, raw: unknown, dataStart: number, where: string): TensorEntry {
  const parsed = Entry.safeParse(raw);
  if (!parsed.success) throw invalidEntry(where, name, z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "));
  const { dtype, shape, data_offsets } = parsed.data;
  if (!isFileDType(dtype)) {
    const found = `tensor ${name} has elements of type ${dtype}`;
    throw new InputError(
      "SAFETENSORS_DTYPE_UNKNOWN",
      where,
      found,
      `save it as one of ${Object.keys(elementBytes).join(", ")}`,
    );
  }
  let size: number = elementBytes[dtype];
  for (const extent of shape) {
    size *= extent;
    if (size > Number.MAX_SAFE_INTEGER) {
      throw new InputError(
        "SAFETENSORS_OVERFLOW",
        where,
        `tensor ${name} of shape [${shape.join(", ")}] has more than 2^53 bytes`,
        damaged,
      );
    }
  }
  const [start, end] = data_offsets;
  if (end - start !== size) {
    const found = `tensor ${name}, ${dtype} [${shape.join(", ")}], takes ${size} bytes, its offsets ${start} to ${end} give ${end - start}`;
    throw new InputError("SAFETENSORS_SIZE_MISMATCH", where, found, damaged);
  }
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end };
}

/** The entries must follow each other without overlap or gap from the header to the end of the file. */
function checkLayout(entries: readonly TensorEntry[], dataStart: number, fileBytes: number, where: string): void {
  let previous = { name: "the header", end: dataStart };
  for (const entry of entries) {
    const between = `${previous.name} ends at byte ${previous.end}, ${entry.name} starts at ${entry.start}`;
    if (entry.start < previous.end) throw new InputError("SAFETENSORS_OVERLAP", where, between, damaged);
    if (entry.start > previous.end) throw new InputError("SAFETENSORS_GAP", where, between, damaged);
    previous = entry;
  }
  const found = `${previous.name} ends at byte ${previous.end}, the file has ${fileBytes}`;
  if (previous.end > fileBytes) throw new InputError("SAFETENSORS_OUT_OF_BOUNDS", where, found, damaged);
  if (previous.end < fileBytes) throw new InputError("SAFETENSORS_TRAILING_BYTES", where, found, damaged);
}

const isFileDType = (dtype: string): dtype is FileDType => Object.hasOwn(elementBytes, dtype);

const invalidEntry = (where: string, name: string, reason: string) =>
  new InputError("SAFETENSORS_ENTRY_INVALID", where, `header entry ${name}: ${reason}`, damaged);
