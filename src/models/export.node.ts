import { copyFile, readdir, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { folderReader } from "../io/folder.node.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { makeFolder, writing } from "../platform/node/writing.ts";
import { dualEncoder } from "./dual-encoder.ts";
import { exportDualEncoder, type ExportOptions } from "./export.ts";
import { readWeights } from "./inference.ts";
import { needModelJson } from "./model-folder.ts";

/** What {@link exportOnnx} writes, and where. */
export interface ExportOnnxOptions extends ExportOptions {
  /** The model's own folder if absent. */
  readonly out?: string;
}

/** A file that an export wrote. */
export interface WrittenFile {
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
}

/**
 * Writes the ONNX files of a model (CLIP or SigLIP, in Hugging Face's format) below its folder, or below `out`, which
 * then gets the configuration, tokenizer and preprocessor beside them: either folder is one that transformers.js loads.
 *
 * @throws {InputError} MODEL_FILE_MISSING, MODEL_FILE_INVALID, FILE_NOT_WRITABLE, and the codes of {@link dualEncoder},
 *   {@link readWeights} and {@link exportDualEncoder}
 */
export async function exportOnnx(
  folder: string,
  { out = folder, ...options }: ExportOnnxOptions = {},
): Promise<WrittenFile[]> {
  const read = folderReader(folder);
  const model = await dualEncoder(await needModelJson(read, "config.json"));
  const weights = await readWeights(read);
  const written: WrittenFile[] = [];
  for (const { path, bytes } of exportDualEncoder(model, weights, options)) {
    const target = join(out, path);
    await makeFolder(dirname(target));
    try {
      await writeAtomic(target, bytes);
    } catch (error) {
      await rmdir(dirname(target)).catch(() => {}); // refused if there is anything in it
      throw error;
    }
    written.push({ path: target, bytes: bytes.length });
  }
  if (resolve(out) !== resolve(folder))
    for (const name of await readdir(folder))
      if (sideFiles.includes(name)) await writing(join(out, name), () => copyFile(join(folder, name), join(out, name)));
  return written;
}

/** What a model needs beside its weights. */
const sideFiles = [
  "config.json",
  "preprocessor_config.json",
  "processor_config.json",
  "special_tokens_map.json",
  "tokenizer.json",
  "tokenizer_config.json",
];
