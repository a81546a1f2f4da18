import { InputError, nearest } from "../../platform/error.ts";
import { CachedModel, isFolder } from "./cache.node.ts";
import { parseModelName } from "./model-name.ts";

/** Where {@link resolveModel} looks. */
export interface ResolveOptions {
  readonly cacheDir: string;
  /** Names of models that are neither, for the error's text. */
  readonly otherNames?: readonly string[];
}

/**
 * The folder of a model: `nameOrFolder` itself if it is a folder, else the snapshot in the cache of a model that was pulled.
 *
 * @throws {InputError} MODEL_NOT_FOUND, HUB_NAME_INVALID
 */
export async function resolveModel(
  nameOrFolder: string,
  { cacheDir, otherNames = [] }: ResolveOptions,
): Promise<string> {
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
  const mend = looksLikePath
    ? "check the path"
    : nameOrFolder.includes("/")
      ? `check the path, or fetch the model of the Hub: fovea pull ${nameOrFolder}`
      : mendName(nameOrFolder, otherNames);
  throw new InputError("MODEL_NOT_FOUND", nameOrFolder, found, mend);
}

/** What to do about a name that has no owner, as next to all models of the Hub have one. */
function mendName(name: string, otherNames: readonly string[]): string {
  const near = nearest(name, otherNames);
  if (near !== undefined) return `did you mean ${near}?`;
  const places = ["a folder", ...otherNames, "a model of the Hub by owner and name, after `fovea pull OWNER/NAME`"];
  return `give ${places.join(", or ")}`;
}
