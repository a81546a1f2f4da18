import type { FolderReader } from "../io/checkpoint.ts";
import { InputError } from "../platform/error.ts";

/**
 * A JSON file of a model's folder, parsed; `undefined` if there is none of that name.
 * @throws {InputError} MODEL_FILE_INVALID
 */
export async function readModelJson(read: FolderReader, name: string): Promise<unknown> {
  const bytes = await read(name);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new InputError("MODEL_FILE_INVALID", name, "it is not JSON", "fetch the model again", { cause });
  }
}

/**
 * As {@link readModelJson}, of a file that must be there.
 * @throws {InputError} MODEL_FILE_MISSING, MODEL_FILE_INVALID
 */
export async function needModelJson(read: FolderReader, name: string): Promise<unknown> {
  const json = await readModelJson(read, name);
  if (json !== undefined) return json;
  const isOfRun = (await read("run.json")) !== undefined; // a run writes its model when it ends
  throw new InputError(
    "MODEL_FILE_MISSING",
    name,
    "the model's folder has no such file",
    isOfRun
      ? "the folder is of a training run that has not ended: wait, or go on with it by --resume"
      : "give the folder of a whole model",
  );
}
