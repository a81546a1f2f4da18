import { stopGradient, cast, div, exp, mul, sub, add } from "../engine/ops/elementwise.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import { sumSquares } from "../engine/ops/reduce.ts";
import type { Tensor } from "../engine/tensor.ts";
import { clip, type ClipConfig } from "../models/contrastive/clip.ts";
import type { Scope } from "../nn/scope.ts";
import { symmetricNce, withinNce } from "./multi-positive.ts";
import type { Objective } from "./step.ts";

/** Mean and deviation of each channel, of pixel values 0 to 1. */
export interface PixelStatistics {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** Shape and weights of a contrastive step. */
export interface ContrastiveOptions extends PixelStatistics {
  /** Concepts in a batch: each has one text and `views` pictures. */
  readonly concepts: number;
  readonly views: number;
  /** Tokens of a text, padding included. */
  readonly context: number;
  /** Share of the target spread over all candidates. */
  readonly labelSmoothing: number;
  /** Weight of the loss between pictures of one concept. */
  readonly imageWeight: number;
}

/** `[batch, 3, height, width]` uint8 as the float32 that a picture tower expects. */
export function normalizePixels(pixels: Tensor, { mean, std }: PixelStatistics): Tensor {
  const channels = (of: readonly number[]): Tensor =>
    constant(
      of.map((value) => value * 255),
      [1, 3, 1, 1],
    );
  return div(sub(cast(pixels, "float32"), channels(mean)), channels(std));
}

/**
 * CLIP's objective over concepts that each have one text and several pictures: a text finds all pictures of its concept,
 * a picture finds its text, and (weighted) a picture finds the other pictures of its concept.
 *
 * Inputs: `pixels` uint8 `[views * concepts, 3, side, side]` (picture i shows concept `i % concepts`) and
 * `input_ids` int64 `[concepts, context]`.
 */
export function contrastiveObjective(scope: Scope, config: ClipConfig, options: ContrastiveOptions): Objective {
  const { concepts, views, context, labelSmoothing, imageWeight } = options;
  const side = config.vision_config.image_size;
  const pixels = input("pixels", "uint8", [views * concepts, 3, side, side]);
  const inputIds = input("input_ids", "int64", [concepts, context]);
  const { imageEmbeds, textEmbeds, logitScale } = clip(
    scope,
    { pixelValues: normalizePixels(pixels, options), inputIds },
    config,
  );
  const scale = exp(logitScale);
  const texts = [...Array(concepts).keys()];
  const pictures = Array.from({ length: views * concepts }, (_, i) => i % concepts);
  const logits = mul(matmul(textEmbeds, imageEmbeds, { transB: true }), scale); // [texts, pictures]
  const crossLoss = symmetricNce(logits, texts, pictures, labelSmoothing);
  const crossChance = (Math.log(texts.length) + Math.log(pictures.length)) / 2;
  const likeness = matmul(imageEmbeds, imageEmbeds, { transB: true }); // [pictures, pictures]
  const metrics = { scale: stopGradient(scale), rank: stopGradient(participationRatio(likeness)) };
  if (views < 2 || imageWeight === 0) return { loss: crossLoss, metrics, chance: crossChance };
  const imageLoss = withinNce(mul(likeness, scale), pictures);
  return {
    loss: add(crossLoss, mul(imageLoss, imageWeight)),
    metrics: { ...metrics, cross_loss: stopGradient(crossLoss), image_loss: stopGradient(imageLoss) },
    chance: crossChance + imageWeight * Math.log(pictures.length - 1),
  };
}

/**
 * How many directions unit vectors span: `(sum of eigenvalues)² / sum of squared eigenvalues` of their second moment.
 * 1 if all are the same, at most the number of vectors.
 * @param gram `[n, n]`: their inner products, which have the same eigenvalues
 */
const participationRatio = (gram: Tensor): Tensor => div(constant(gram.shape[0]! ** 2), sumSquares(gram));
