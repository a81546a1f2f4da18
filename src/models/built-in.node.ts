import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileSize, isFolder } from "../io/hub/cache.node.ts";
import { resolveModel } from "../io/hub/resolve.node.ts";
import { InputError } from "../platform/error.ts";

/** The model that comes with the package: CLIP, trained on emoji by the recipe `clip-emoji-long`. */
export const builtInModel = "clip-emoji";

/** Where `npm start` trains the same, for checkouts that have no weights. */
const trainedFolder = `runs/${builtInModel}`;

/**
 * The folder of a model: a folder, the built-in model by its name, or a model of the Hub that was pulled.
 * @throws {InputError} MODEL_BUILT_IN_MISSING, MODEL_NOT_FOUND, HUB_NAME_INVALID
 */
export async function findModel(name: string, cache: { readonly cacheDir: string }): Promise<string> {
  if (name !== builtInModel || (await isFolder(name)))
    return resolveModel(name, { ...cache, otherNames: [builtInModel] });
  const shipped = fileURLToPath(new URL(`../../models/${builtInModel}`, import.meta.url));
  for (const folder of [shipped, trainedFolder])
    if ((await fileSize(join(folder, "model.safetensors"))) !== undefined) return folder;
  throw new InputError(
    "MODEL_BUILT_IN_MISSING",
    name,
    `neither ${shipped} nor ${trainedFolder} holds its weights`,
    "run `fovea start` to train it, or name another model",
  );
}
