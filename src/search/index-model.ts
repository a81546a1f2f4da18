import type { Embedder } from "../eval/embedder.ts";
import { InputError } from "../platform/error.ts";
import type { Manifest } from "./index-format.ts";

/**
 * Demands that an index was made with the embedder's model.
 * @throws {InputError} INDEX_OF_OTHER_MODEL
 */
export function demandSameModel(
  { fingerprint, model }: Pick<Manifest, "fingerprint" | "model">,
  embedder: Pick<Embedder, "fingerprint">,
  where: string,
): void {
  if (fingerprint !== embedder.fingerprint)
    throw new InputError(
      "INDEX_OF_OTHER_MODEL",
      where,
      `it was made with ${model}, whose weights were others`,
      "name that model with --model, or make the index anew with this one: remove the index first",
    );
}
