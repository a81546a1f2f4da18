import * as z from "zod";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { fromFloat16 } from "../io/float16.ts";
import { InputError } from "../platform/error.ts";

/** A picture of a {@link PictureIndex}, and by what it is known to be unchanged. */
export interface IndexedPicture {
  /** Below the index' folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed: milliseconds since 1970. */
  readonly modified: number;
}

/** The pictures of a folder as vectors. */
export interface PictureIndex {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** The model as it was named, and the mark of its weights: vectors of other weights mean other things. */
  readonly model: string;
  readonly fingerprint: string;
  readonly width: number;
  readonly pictures: readonly IndexedPicture[];
  /** `[pictures, width]`, rows of unit length. */
  readonly embeddings: Float32Array;
}

/** Element type in which an index keeps its vectors; float16 takes half the room and is exact to about 0.0005. */
export type IndexDType = "float32" | "float16";

const formatName = "fovea-index-1";

const Metadata = z.object({
  format: z.literal(formatName),
  folder: z.string(),
  model: z.string(),
  fingerprint: z.string(),
});

const Pictures = z.array(z.tuple([z.string(), z.number(), z.number()]));

/**
 * The bytes of an index: a safetensors file with `embeddings` `[pictures, width]` and `pictures`, the list of files as
 * UTF-8 JSON, so that other tools can read it too.
 */
export function encodeIndex(index: PictureIndex, dtype: IndexDType): Uint8Array {
  const { folder, model, fingerprint, width, pictures, embeddings } = index;
  const list = new TextEncoder().encode(
    JSON.stringify(pictures.map(({ path, size, modified }) => [path, size, modified])),
  );
  return writeSafetensors(
    new Map([
      ["embeddings", { dtype: "float32", shape: [pictures.length, width], data: embeddings } as const],
      ["pictures", { dtype: "uint8", shape: [list.length], data: list } as const],
    ]),
    { format: formatName, folder, model, fingerprint },
    { dtype },
  );
}

/**
 * Reads {@link encodeIndex}'s bytes.
 * @param where names the file in errors
 * @throws {InputError} INDEX_INVALID, and the codes of {@link readSafetensors}
 */
export function decodeIndex(
  bytes: Uint8Array,
  where: string,
): { readonly index: PictureIndex; readonly dtype: IndexDType } {
  const { tensors, metadata } = readSafetensors(bytes, where);
  const described = Metadata.safeParse(metadata);
  const embeddings = tensors.get("embeddings");
  const list = tensors.get("pictures");
  const pictures = list?.data instanceof Uint8Array ? parsePictures(list.data) : undefined;
  const [count, width] = embeddings?.shape ?? [];
  const data = embeddings?.data;
  const isVectors = data instanceof Float32Array || data instanceof Uint16Array;
  if (!described.success || pictures === undefined || !isVectors || pictures.length !== count || width === undefined)
    throw new InputError(
      "INDEX_INVALID",
      where,
      "it is not an index of pictures",
      "make one with `fovea index FOLDER`",
    );
  const { folder, model, fingerprint } = described.data;
  const [dtype, values] =
    data instanceof Float32Array ? ["float32" as const, data] : ["float16" as const, fromFloat16(data)];
  return { index: { folder, model, fingerprint, width, pictures, embeddings: values }, dtype };
}

function parsePictures(bytes: Uint8Array): IndexedPicture[] | undefined {
  try {
    const rows = Pictures.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return rows.map(([path, size, modified]) => ({ path, size, modified }));
  } catch {
    return undefined;
  }
}
