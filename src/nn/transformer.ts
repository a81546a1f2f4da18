import { gelu, geluTanh, quickGelu, silu } from "../engine/ops/activation.ts";
import { add, relu } from "../engine/ops/elementwise.ts";
import { reshape } from "../engine/ops/layout.ts";
import type { Tensor } from "../engine/tensor.ts";
import { attention, type AttentionConfig } from "./attention.ts";
import { normalInit } from "./init.ts";
import { layerNorm, linear } from "./linear.ts";
import type { Scope } from "./scope.ts";

/** Activations by the names that `config.json` files use (`hidden_act`). */
export const activations = {
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  quick_gelu: quickGelu,
  relu,
  silu,
} as const satisfies Record<string, (x: Tensor) => Tensor>;

/** Name of an activation. */
export type ActivationName = keyof typeof activations;

/** A stack of pre-norm transformer layers. */
export interface EncoderConfig {
  readonly width: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly activation: ActivationName;
  /** Added to the variance in layer norms. */
  readonly epsilon: number;
}

/**
 * Pre-norm transformer encoder, parameters `layers.N.{layer_norm1,self_attn,layer_norm2,mlp.fc1,mlp.fc2}`.
 *
 * @param x    `[batch, tokens, width]`
 * @param mask added to the attention scores, see {@link AttentionConfig}
 * @returns    the hidden states, from the input to the last layer's output: `layers + 1` tensors `[batch, tokens, width]`
 */
export function encoder(scope: Scope, x: Tensor, config: EncoderConfig, mask?: Tensor): Tensor[] {
  const [batch, tokens, width] = x.shape as [number, number, number];
  // All tokens of a batch stand in one matrix: only attention needs to know which belong together.
  const states = [reshape(x, [batch * tokens, width])];
  for (let layer = 0; layer < config.layers; layer++)
    states.push(encoderLayer(scope.at("layers").at(layer), states.at(-1)!, batch, config, mask));
  return states.map((state) => reshape(state, x.shape));
}

/**
 * One layer of {@link encoder} on the tokens of `batch` items: `[batch * tokens, width] -> [batch * tokens, width]`.
 * First values follow CLIP's (Radford et al. 2021, section 2.4 and released code).
 *
 * @param pick of a last layer, whose output is pooled: takes the tokens that are needed out of all, so that only for
 *             these is anything computed beyond keys and values; the mask is then that of these queries
 */
export function encoderLayer(
  scope: Scope,
  x: Tensor,
  batch: number,
  config: EncoderConfig,
  mask?: Tensor,
  pick: (tokens: Tensor) => Tensor = (tokens) => tokens,
): Tensor {
  const { width, layers, epsilon, heads } = config;
  const depthScale = (2 * layers) ** -0.5; // keeps the residual stream's variance independent of depth
  const init = { in: normalInit(width ** -0.5 * depthScale), out: normalInit(width ** -0.5) };
  const normed = layerNorm(scope.at("layer_norm1"), x, epsilon);
  const settings = { heads, init, ...(mask && { mask }) };
  const attended = add(pick(x), attention(scope.at("self_attn"), pick(normed), normed, batch, settings));
  return add(attended, mlp(scope.at("mlp"), layerNorm(scope.at("layer_norm2"), attended, epsilon), config));
}

/**
 * The last layer's output at one token of each item, from the states of {@link encoder}.
 * @param states hidden states `[batch, tokens, width]`, from the input on
 * @param pick   `[batch, tokens, width] -> [batch, width]`
 * @param mask   as for `encoder`, of the picked queries: broadcast to `[batch, heads, 1, keys]`
 * @returns      `[batch, width]`
 */
export function pooledState(
  scope: Scope,
  states: readonly Tensor[],
  config: EncoderConfig,
  pick: (tokens: Tensor) => Tensor,
  mask?: Tensor,
): Tensor {
  if (config.layers === 0) return pick(states[0]!);
  const x = states.at(-2)!;
  const [batch, tokens, width] = x.shape as [number, number, number];
  const rows = reshape(x, [batch * tokens, width]);
  const layer = scope.at("layers").at(config.layers - 1);
  return encoderLayer(layer, rows, batch, config, mask, (all) => pick(reshape(all, x.shape)));
}

/** Two linear maps with an activation between, parameters `fc1` and `fc2`: `[..., width] -> [..., width]`. */
export function mlp(scope: Scope, x: Tensor, { width, hidden, layers, activation }: EncoderConfig): Tensor {
  const h = linear(scope.at("fc1"), x, hidden, { init: normalInit((2 * width) ** -0.5) });
  return linear(scope.at("fc2"), activations[activation](h), width, {
    init: normalInit(width ** -0.5 * (2 * layers) ** -0.5),
  });
}
