import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTensors } from "./safetensors.mjs";
import { adamW } from "./shape.mjs";

/** @import { ClipConfig } from "./shape.mjs" */
/** @import { Tensor } from "./safetensors.mjs" */

/**
 * Shapes of all parameters of a Hugging Face `CLIPModel`, by name. Linear weights are `[out, in]`.
 *
 * @param {ClipConfig} config
 * @returns {Map<string, readonly number[]>}
 */
export function clipParameters({ text_config: text, vision_config: vision, projection_dim: embed }) {
  return new Map([
    ["logit_scale", []],
    ["text_model.embeddings.token_embedding.weight", [text.vocab_size, text.hidden_size]],
    ["text_model.embeddings.position_embedding.weight", [text.max_position_embeddings, text.hidden_size]],
    ...layers("text_model", text),
    ...norm("text_model.final_layer_norm", text.hidden_size),
    ["vision_model.embeddings.class_embedding", [vision.hidden_size]],
    [
      "vision_model.embeddings.patch_embedding.weight",
      [vision.hidden_size, vision.num_channels, vision.patch_size, vision.patch_size],
    ],
    [
      "vision_model.embeddings.position_embedding.weight",
      [(vision.image_size / vision.patch_size) ** 2 + 1, vision.hidden_size],
    ],
    ...norm("vision_model.pre_layrnorm", vision.hidden_size), // the published name, misspelt
    ...layers("vision_model", vision),
    ...norm("vision_model.post_layernorm", vision.hidden_size),
    ["visual_projection.weight", [embed, vision.hidden_size]],
    ["text_projection.weight", [embed, text.hidden_size]],
  ]);
}

/**
 * @typedef {[name: string, shape: readonly number[]]} Entry
 * @type {(name: string, width: number) => Entry[]}
 */
const norm = (name, width) => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]],
];

/** @type {(name: string, inputs: number, outputs: number) => Entry[]} */
const linear = (name, inputs, outputs) => [
  [`${name}.weight`, [outputs, inputs]],
  [`${name}.bias`, [outputs]],
];

/** @type {(tower: string, config: ClipConfig["text_config"] | ClipConfig["vision_config"]) => Entry[]} */
const layers = (tower, { hidden_size: width, intermediate_size: hidden, num_hidden_layers: depth }) =>
  Array.from({ length: depth }, (_, i) => `${tower}.encoder.layers.${i}`).flatMap((layer) => [
    ...norm(`${layer}.layer_norm1`, width),
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((name) => linear(`${layer}.self_attn.${name}`, width, width)),
    ...norm(`${layer}.layer_norm2`, width),
    ...linear(`${layer}.mlp.fc1`, width, hidden),
    ...linear(`${layer}.mlp.fc2`, hidden, width),
  ]);

/**
 * Writes the folder that every contender starts from: `config.json`, `adamw.json`, `model.safetensors` (weights) and
 * `batch.safetensors` (`pixel_values` `[batch, 3, side, side]`, `input_ids` `[batch, context]`), all from fixed seeds.
 *
 * @param {string} folder
 * @param {ClipConfig} config
 * @param {number} batch
 */
export function writeCheckpoint(folder, config, batch) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  writeFileSync(join(folder, "adamw.json"), JSON.stringify(adamW));
  writeTensors(join(folder, "model.safetensors"), initialWeights(config));
  writeTensors(join(folder, "batch.safetensors"), randomBatch(config, batch));
}

/**
 * @param {ClipConfig} config
 * @returns {Map<string, Tensor>}
 */
function initialWeights(config) {
  const random = mulberry32(1);
  const weights = new Map();
  for (const [name, shape] of clipParameters(config)) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name === "logit_scale") data.fill(config.logit_scale_init_value);
    else if (/norm\d?\.weight$/.test(name)) data.fill(1);
    else if (!name.endsWith(".bias")) data.forEach((_, i) => (data[i] = 0.07 * (random() - 0.5))); // deviation 0.02
    weights.set(name, { shape, data });
  }
  return weights;
}

/**
 * @param {ClipConfig} config
 * @param {number} batch
 * @returns {Map<string, Tensor>}
 */
function randomBatch({ text_config: text, vision_config: vision }, batch) {
  const random = mulberry32(2);
  const pixels = [batch, vision.num_channels, vision.image_size, vision.image_size];
  const ids = [batch, text.max_position_embeddings];
  return new Map([
    ["pixel_values", { shape: pixels, data: Float32Array.from({ length: product(pixels) }, () => 4 * random() - 2) }],
    [
      "input_ids",
      { shape: ids, data: new BigInt64Array(Array.from({ length: batch }, () => caption(random, text)).flat()) },
    ],
  ]);
}

/**
 * Begin, 4 to 30 random words, end, and padding with the end token as CLIP's tokenizer does.
 *
 * @param {() => number} random
 * @param {ClipConfig["text_config"]} config
 */
function caption(random, { max_position_embeddings: context, bos_token_id: bos, eos_token_id: eos }) {
  const words = 4 + Math.floor(random() * (context - 5));
  return Array.from({ length: context }, (_, i) =>
    BigInt(i === 0 ? bos : i <= words ? Math.floor(random() * bos) : eos),
  );
}

const product = (/** @type {readonly number[]} */ shape) => shape.reduce((total, size) => total * size, 1);

/** A small generator of [0, 1), so that the inputs of all contenders depend on none of them. */
function mulberry32(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
