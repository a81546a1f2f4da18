import { writeSafetensors } from "../io/safetensors.ts";
import type { HostTensor } from "../platform/session.ts";

/** Vectors, and what each is of. */
export interface NamedEmbeddings {
  readonly names: readonly string[];
  /** `[names, width]` */
  readonly vectors: Float32Array;
}

/**
 * A safetensors file of embeddings: tensors `images` and `texts` `[count, width]` (those that are not empty), and their
 * names as JSON lists in the metadata under the same keys.
 */
export function embeddingFile(parts: Readonly<Record<"images" | "texts", NamedEmbeddings>>): Uint8Array {
  const there = Object.entries(parts).filter(([, { names }]) => names.length > 0);
  const tensors = there.map(([kind, { names, vectors }]): [string, HostTensor] => [
    kind,
    { dtype: "float32", shape: [names.length, vectors.length / names.length], data: vectors },
  ]);
  const metadata = Object.fromEntries(there.map(([kind, { names }]) => [kind, JSON.stringify(names)]));
  return writeSafetensors(new Map(tensors), metadata);
}
