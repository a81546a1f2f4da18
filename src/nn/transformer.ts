import { add } from "../engine/ops/elementwise.ts";
import { reshape, slice } from "../engine/ops/layout.ts";
import type { Tensor } from "../engine/tensor.ts";
import { activations, type ActivationName } from "./activations.ts";
import { attention } from "./attention.ts";
import { extents } from "./extents.ts";
import { normalInit } from "./init.ts";
import { layerNorm, linear } from "./linear.ts";
import type { Scope } from "./scope.ts";

/** Takes the tokens that are needed out of all: `[batch, tokens, width] -> [batch, ..., width]`. */
export type Pick = (tokens: Tensor) => Tensor;

/**
 * One layer of a stack, on the tokens of `batch` items, which stand in one matrix: only attention needs to know which
 * belong together. `[batch * tokens, width] -> [batch * tokens, width]`.
 *
 * @param mask added to the attention scores, see `AttentionConfig`
 * @param pick of a last layer, whose output is pooled: the tokens that are needed. Only for these is anything computed
 *             beyond keys and values, and the mask is theirs: `[batch * tokens, width] -> [batch * picked, width]`
 */
export type Layer = (x: Tensor, batch: number, mask?: Tensor, pick?: Pick) => Tensor;

/**
 * The hidden states of a stack of layers, from the input to the last layer's output: `layers + 1` tensors of the shape
 * of `x`, `[batch, tokens, width]`.
 */
export function runLayers(layers: readonly Layer[], x: Tensor, mask?: Tensor): Tensor[] {
  const [batch, tokens, width] = extents(x, "batch", "tokens", "width");
  const states = [reshape(x, [batch * tokens, width])];
  for (const layer of layers) states.push(layer(states.at(-1)!, batch, mask));
  return states.map((state) => reshape(state, x.shape));
}

/**
 * The last layer's output where it is pooled, from the states of {@link runLayers}: what pooling does not need is not
 * computed.
 *
 * @param pick `[batch, tokens, width] -> [batch, width]`
 * @param mask as for `runLayers`, of the picked queries: broadcast to `[batch, heads, 1, keys]`
 * @returns    `[batch, width]`
 */
export function runLastLayer(layers: readonly Layer[], states: readonly Tensor[], pick: Pick, mask?: Tensor): Tensor {
  const last = layers.at(-1);
  if (last === undefined) return pick(states[0]!);
  const x = states.at(-2)!;
  const [batch, tokens, width] = extents(x, "batch", "tokens", "width");
  return last(reshape(x, [batch * tokens, width]), batch, mask, (all) => pick(reshape(all, x.shape)));
}

/** The token at a place of each item, counted from the end if negative: `[batch, tokens, width] -> [batch, width]`. */
export const tokenAt =
  (place: number): Pick =>
  (x) => {
    const [batch, tokens, width] = extents(x, "batch", "tokens", "width");
    const at = place < 0 ? place + tokens : place;
    return reshape(slice(x, [undefined, [at, at + 1]]), [batch, width]);
  };

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
 * The layers of a pre-norm transformer encoder, parameters `N.{layer_norm1,self_attn,layer_norm2,mlp.fc1,mlp.fc2}` as
 * Hugging Face names them. First values follow CLIP's (Radford et al. 2021, section 2.4 and released code).
 */
export function encoderLayers(scope: Scope, config: EncoderConfig): Layer[] {
  return Array.from({ length: config.layers }, (_, i) => encoderLayer(scope.at(i), config));
}

function encoderLayer(scope: Scope, config: EncoderConfig): Layer {
  const { width, layers, epsilon, heads } = config;
  const depthScale = (2 * layers) ** -0.5; // keeps the residual stream's variance independent of depth
  const init = { in: normalInit(width ** -0.5 * depthScale), out: normalInit(width ** -0.5) };
  return (x, batch, mask, pick = (tokens) => tokens) => {
    const normed = layerNorm(scope.at("layer_norm1"), x, epsilon);
    const settings = { heads, init, ...(mask && { mask }) };
    const attended = add(pick(x), attention(scope.at("self_attn"), pick(normed), normed, batch, settings));
    return add(attended, mlp(scope.at("mlp"), layerNorm(scope.at("layer_norm2"), attended, epsilon), config));
  };
}

/** Two linear maps with an activation between, parameters `fc1` and `fc2`: `[..., width] -> [..., width]`. */
export function mlp(scope: Scope, x: Tensor, { width, hidden, layers, activation }: EncoderConfig): Tensor {
  const h = linear(scope.at("fc1"), x, hidden, { init: normalInit((2 * width) ** -0.5) });
  return linear(scope.at("fc2"), activations[activation](h), width, {
    init: normalInit(width ** -0.5 * (2 * layers) ** -0.5),
  });
}
