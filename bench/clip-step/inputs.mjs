import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTensors } from "./safetensors.mjs";

/** @import { ClipConfig } from "./shape.mjs" */
/** @import { Tensor } from "./safetensors.mjs" */

/**
 * The checkpoint folder as the JavaScript peers like it. Linear weights become `[in, out]`, and pictures come as rows of
 * patches: both are done once, outside the measured step, in the peers' favour.
 *
 * @param {string} folder made by `writeCheckpoint`
 */
export function clipInputs(folder) {
  /** @type {ClipConfig} */
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  /** @type {typeof import("./shape.mjs").adamW} */
  const adamW = JSON.parse(readFileSync(join(folder, "adamw.json"), "utf8"));
  const batch = readTensors(join(folder, "batch.safetensors"));
  const pixels = /** @type {Tensor} */ (batch.get("pixel_values"));
  const ids = Int32Array.from(/** @type {Tensor} */ (batch.get("input_ids")).data, Number);
  const context = config.text_config.max_position_embeddings;
  return {
    config,
    adamW,
    weights: new Map([...readTensors(join(folder, "model.safetensors"))].map(([name, w]) => [name, inOut(name, w)])),
    patches: patchRows(pixels, config.vision_config.patch_size),
    ids,
    /** Position of the first end token of each caption. */
    ends: Array.from({ length: ids.length / context }, (_, i) =>
      ids.subarray(i * context, (i + 1) * context).indexOf(config.text_config.eos_token_id),
    ),
  };
}

/** @type {(name: string, weight: Tensor) => Tensor} */
function inOut(name, { shape, data }) {
  if (!/(proj|fc\d|projection|patch_embedding)\.weight$/.test(name)) return { shape, data };
  const [outputs = 1] = shape;
  const inputs = data.length / outputs;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++) turned[i * outputs + o] = Number(data[o * inputs + i]);
  return { shape: [inputs, outputs], data: turned };
}

/**
 * `[batch, channels, side, side]` -> `[batch * patches, channels * patch * patch]`
 * @type {(pixels: Tensor, patch: number) => Tensor}
 */
function patchRows({ shape, data }, patch) {
  const [batch, channels, side] = /** @type {[number, number, number]} */ (/** @type {unknown} */ (shape));
  const rows = new Float32Array(data.length);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let top = 0; top < side; top += patch)
      for (let left = 0; left < side; left += patch)
        for (let c = 0; c < channels; c++)
          for (let y = top; y < top + patch; y++)
            for (let x = left; x < left + patch; x++)
              rows[at++] = Number(data[((b * channels + c) * side + y) * side + x]);
  return { shape: [batch * (side / patch) ** 2, channels * patch ** 2], data: rows };
}
