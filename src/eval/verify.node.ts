import { folderReader } from "../io/folder.node.ts";
import type { Tolerances, VerifyReport } from "./verify/report.ts";
import { verify } from "./verify/verify.ts";

/**
 * Verifies a model against a reference implementation, see {@link verify}.
 * @param folder holds `config.json`, `model.safetensors`, `inputs.safetensors`, `outputs.safetensors` and, for gradients,
 *   `grads.safetensors`
 * @throws {InputError} as `verify`
 */
export const verifyFolder = (folder: string, tolerances?: Tolerances): Promise<VerifyReport> =>
  verify(folderReader(folder), tolerances);
