import { stat } from "node:fs/promises";
import { folderReader } from "../io/folder.node.ts";
import { InputError } from "../platform/error.ts";
import type { Tolerances, VerifyReport } from "./verify/report.ts";
import { verify } from "./verify/verify.ts";

/**
 * Verifies a model against a reference implementation, see {@link verify}.
 * @param folder holds `config.json`, `model.safetensors`, `inputs.safetensors`, `outputs.safetensors` and, for gradients,
 *   `grads.safetensors`
 * @throws {InputError} MODEL_NOT_FOUND, and as `verify`
 */
export async function verifyFolder(folder: string, tolerances?: Tolerances): Promise<VerifyReport> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new InputError(
      "MODEL_NOT_FOUND",
      folder,
      "there is no such folder",
      "give the folder of a model with what its reference implementation computed",
    );
  return verify(folderReader(folder), tolerances);
}
