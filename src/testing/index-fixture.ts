import { mkdir } from "node:fs/promises";
import { toFloat16 } from "../io/float16.ts";
import { writeManifest, writePart } from "../search/index-folder.node.ts";
import type { IndexedPicture, Manifest } from "../search/index-format.ts";
import { PictureIndex } from "../search/picture-index.node.ts";

/** A picture of a test's index, what it does not say being of no account. */
export const picture = (key: string, facts: Partial<IndexedPicture> = {}): IndexedPicture => ({
  key,
  path: null,
  caption: "",
  bytes: null,
  modified: null,
  width: null,
  height: null,
  date: null,
  digest: key,
  metadata: "{}",
  ...facts,
});

/** An index' vectors and what it says of itself, for {@link writeTestIndex}. */
export interface TestIndex extends Partial<Manifest> {
  readonly width: number;
  /** Parts, each with its pictures and vectors `[pictures, width]`. */
  readonly of: readonly { readonly pictures: readonly IndexedPicture[]; readonly vectors: Float32Array }[];
}

/** Writes an index without a model. */
export async function writeTestIndex(folder: string, { of, ...manifest }: TestIndex): Promise<PictureIndex> {
  await mkdir(folder, { recursive: true });
  const { width, dtype = "float32" } = manifest;
  const parts = [];
  for (const { pictures, vectors } of of)
    parts.push(await writePart(folder, pictures, dtype === "float16" ? toFloat16(vectors) : vectors, width));
  await writeManifest(folder, {
    format: "fovea-index-2",
    model: "none",
    fingerprint: "",
    dtype,
    source: "..",
    base: "..",
    complete: true,
    sourceFiles: [],
    parts,
    ...manifest,
  });
  return PictureIndex.open(folder);
}
