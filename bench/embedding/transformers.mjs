// Image embeddings with transformers.js: `transformers.mjs model FOLDER` embeds ready pixels, `transformers.mjs
// small|large|camera|camera FOLDER` embeds JPEG files. FOLDER is an exported model: config.json, preprocessor_config.json, onnx/vision_model.onnx.
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { threads } from "../harness/contender.mjs";
import { Missing, serve } from "../harness/serve.mjs";
import { batch, callsPerUnit, files, filesPerUnit, mode, notes, pixels, side } from "./workload.mjs";

await serve(async () => {
  const asked = mode();
  const folder = process.argv[3] ?? "";
  if (!existsSync(join(folder, "onnx", "vision_model.onnx"))) throw new Missing(`no exported model in ${folder}`);
  const { AutoProcessor, CLIPVisionModelWithProjection, RawImage, Tensor, env } =
    await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = dirname(resolve(folder));
  const name = basename(resolve(folder));
  const model = await CLIPVisionModelWithProjection.from_pretrained(name, {
    dtype: "fp32",
    device: "cpu",
    session_options: { intraOpNumThreads: threads },
  });

  const ready = { pixel_values: new Tensor("float32", pixels(), [batch, 3, side, side]) };
  const embedPixels = async () => {
    for (let call = 0; call < callsPerUnit; call++) await model(ready);
  };

  const processor = await AutoProcessor.from_pretrained(name, {});
  const paths = asked === "model" ? [] : await files(asked);
  let next = 0;
  const embedFiles = async () => {
    for (const end = next + filesPerUnit; next < end; next += batch) {
      const from = next % paths.length;
      const images = await Promise.all(paths.slice(from, from + batch).map((path) => RawImage.read(path)));
      await model(await processor(images));
    }
  };

  return {
    name: `transformers.js ${env.version}`,
    notes: notes(asked, "float32, onnxruntime-node"),
    unit: asked === "model" ? embedPixels : embedFiles,
  };
});
