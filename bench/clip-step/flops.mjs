/** @import { ClipConfig } from "./shape.mjs" */

/**
 * Floating-point operations of a matrix product `[rows, inner] x [inner, columns]`: a multiplication and an addition for
 * each term.
 */
export const matmulFlops = (/** @type {number} */ rows, /** @type {number} */ inner, /** @type {number} */ columns) =>
  2 * rows * inner * columns;

/**
 * Matrix-product operations of one transformer tower's forward pass: query, key, value and output projections, attention
 * scores and mixtures (causal attention counts in full, as it is computed), and the two layers of the MLP.
 *
 * @param {{ hidden_size: number, intermediate_size: number, num_hidden_layers: number }} config
 * @param {number} sequences
 * @param {number} tokens    of each sequence
 */
export function towerFlops(
  { hidden_size: width, intermediate_size: hidden, num_hidden_layers: depth },
  sequences,
  tokens,
) {
  const rows = sequences * tokens;
  const projections = 4 * matmulFlops(rows, width, width);
  const attention = 2 * sequences * matmulFlops(tokens, width, tokens); // heads split the width, not the work
  const mlp = 2 * matmulFlops(rows, width, hidden);
  return depth * (projections + attention + mlp);
}

/**
 * Model FLOPs of one CLIP training step: the matrix products that the model defines, whatever an implementation computes
 * beside them. The backward pass takes two products of the same size for each of the forward pass (by its input and by
 * its weight or other factor), except the patch embedding, whose input is the picture. Embedding look-ups, elementwise
 * work, normalisation, softmax and the optimizer count nothing.
 *
 * @see Chowdhery et al. 2022, https://arxiv.org/abs/2204.02311, appendix B (model FLOPs utilisation)
 * @param {ClipConfig} config
 * @param {number} batch pictures, and captions, a step
 */
export function clipStepFlops(config, batch) {
  const { text_config: text, vision_config: vision, projection_dim: embed } = config;
  const patches = (vision.image_size / vision.patch_size) ** 2;
  const patchEmbedding = matmulFlops(batch * patches, vision.num_channels * vision.patch_size ** 2, vision.hidden_size);
  const towers = towerFlops(vision, batch, patches + 1) + towerFlops(text, batch, text.max_position_embeddings);
  const heads = matmulFlops(batch, vision.hidden_size, embed) + matmulFlops(batch, text.hidden_size, embed);
  const logits = matmulFlops(batch, embed, batch);
  return 2 * patchEmbedding + 3 * (towers + heads + logits);
}
