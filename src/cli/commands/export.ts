import type { Command } from "commander";
import { formatBytes } from "../../eval/report/files.ts";
import { findModel } from "../../models/built-in.node.ts";
import { exportOnnx } from "../../models/export.node.ts";
import { addJsonOption, hub, type JsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends JsonOption {
  readonly out?: string;
  readonly pipeline?: boolean;
}

/** `fovea export`. */
export function define(command: Command): void {
  command
    .argument("<model>", "folder, Hub name or built-in name of a CLIP or SigLIP")
    .option("-o, --out <folder>", "where to write the model for transformers.js (the model's own folder)")
    .option("--pipeline", "also write onnx/model.onnx, for the zero-shot-image-classification pipeline")
    .addHelpText(
      "after",
      `
Writes onnx/vision_model.onnx and onnx/text_model.onnx, float32, for batches of any size. In a page:
  CLIPVisionModelWithProjection.from_pretrained("FOLDER", { dtype: "fp32" })

Example:
  $ fovea export runs/clip-emoji --out public/clip-emoji`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(model: string, { json, ...options }: Options): Promise<void> {
  const files = await exportOnnx(await findModel(model, hub()), options);
  if (json) printJson({ files });
  else print(...files.map(({ path, bytes }) => `${path}  ${formatBytes(bytes)}`));
}
