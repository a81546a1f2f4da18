import { InputError } from "../../platform/error.ts";
import { CachedModel, isFolder } from "./cache.node.ts";
import { parseModelName } from "./model-name.ts";

/**
 * The folder of a model: `nameOrFolder` itself if it is a folder, else the snapshot in the cache of a model that was pulled.
 *
 * @throws {InputError} MODEL_NOT_FOUND, HUB_NAME_INVALID
 */
export async function resolveModel(nameOrFolder: string, { cacheDir }: { readonly cacheDir: string }): Promise<string> {
  if (await isFolder(nameOrFolder)) return nameOrFolder;
  const looksLikePath = /^[./~]|\\/.test(nameOrFolder);
  if (!looksLikePath) {
    const { id, revision } = parseModelName(nameOrFolder);
    const model = new CachedModel(cacheDir, id);
    const commit = await model.commitOf(revision);
    if (commit !== undefined) return model.snapshot(commit);
  }
  const found = looksLikePath
    ? "there is no such folder"
    : `there is no such folder, and no such model in the cache (${cacheDir})`;
  const mend = looksLikePath ? "check the path" : `run: fovea pull ${nameOrFolder}`;
  throw new InputError("MODEL_NOT_FOUND", nameOrFolder, found, mend);
}
