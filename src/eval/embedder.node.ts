import { folderReader } from "../io/folder.node.ts";
import { findModel } from "../models/built-in.node.ts";
import { Embedder, type EmbedderOptions } from "./embedder.ts";

/**
 * Opens a CLIP or SigLIP for embedding: a folder in Hugging Face's format (a run folder is one), the name of the model
 * that comes with the package, or of one that was pulled.
 *
 * @throws {InputError} the codes of {@link findModel} and {@link Embedder.open}
 */
export const openEmbedder = async (
  model: string,
  options: EmbedderOptions & { readonly cacheDir: string },
): Promise<Embedder> => Embedder.open(folderReader(await findModel(model, options)), options);
