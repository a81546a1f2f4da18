import { folderReader } from "../io/folder.node.ts";
import { resolveModel } from "../io/hub/resolve.node.ts";
import { Embedder, type EmbedderOptions } from "./embedder.ts";

/**
 * Opens a CLIP or SigLIP for embedding: a folder in Hugging Face's format (a run folder is one), or the name of a model
 * that was pulled.
 *
 * @throws {InputError} MODEL_NOT_FOUND, HUB_NAME_INVALID, and the codes of {@link Embedder.open}
 */
export const openEmbedder = async (
  model: string,
  options: EmbedderOptions & { readonly cacheDir: string },
): Promise<Embedder> => Embedder.open(folderReader(await resolveModel(model, options)), options);
