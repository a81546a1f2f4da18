import { add, cast, div, exp, mul, relu, stopGradient, sub } from "../engine/ops/elementwise.ts";
import { concat, slice, transpose } from "../engine/ops/layout.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import { mean, sumSquares } from "../engine/ops/reduce.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { ClipInputs, ContrastiveOutputs } from "../models/contrastive/clip.ts";
import { extents } from "../nn/extents.ts";
import type { Scope } from "../nn/scope.ts";
import type { Embedded } from "./grad-cache.ts";
import { softCrossEntropy } from "./losses/cross-entropy.ts";
import { kindredTargets, type Kindred } from "./losses/kindred-targets.ts";
import { chunkedSigmoidLoss } from "./losses/sigmoid.ts";
import { symmetricNce, withinNce } from "./losses/multi-positive.ts";
import type { Objective } from "./step.ts";

/** Mean and deviation of each channel, of pixel values 0 to 1. */
export interface PixelStatistics {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** A model of a picture tower and a text tower, as training sees it. */
export interface PairModel {
  /** Side of the pictures in pixels. */
  readonly side: number;
  /** Tokens of a text, padding included. */
  readonly context: number;
  readonly pixels: PixelStatistics;
  /** Unit embeddings, and the numbers that make logits of their similarities; a bias makes it a model of pairs, as SigLIP. */
  readonly embed: (scope: Scope, inputs: ClipInputs) => ContrastiveOutputs & { readonly logitBias?: Tensor };
}

/** Shape and weights of a contrastive step. */
export interface ContrastiveOptions {
  /** Concepts in a batch: each has one text and `views` pictures. */
  readonly concepts: number;
  readonly views: number;
  /** Share of the target spread over all candidates; not for models of pairs. */
  readonly labelSmoothing: number;
  /** Weight of the loss between pictures of one concept. */
  readonly imageWeight: number;
  /** Softens CLIP's targets by what concepts mean, given as vectors of `width`; if absent, each concept is as unlike as any. */
  readonly kindred?: Kindred & { readonly width: number };
  /** Patches of each picture that the tower sees; all if absent. */
  readonly kept?: number;
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
 * The objective of CLIP, or of SigLIP, over concepts that each have one text and several pictures: a text finds all
 * pictures of its concept, a picture finds its text, and (weighted) a picture finds the other pictures of its concept.
 * CLIP's memory and that of the last grow with the square of the batch; SigLIP's pairs are summed up in chunks.
 *
 * Inputs: `pixels` uint8 `[views * concepts, 3, side, side]` (picture i shows concept `i % concepts`), `input_ids` int64
 * `[concepts, context]`, if patches are dropped `keep` int64 `[views * concepts, kept]`, and if targets are softened
 * `meanings` float32 `[concepts, width]`, rows of unit length.
 */
export function contrastiveObjective(scope: Scope, model: PairModel, options: ContrastiveOptions): Objective {
  const { embeddings, objective } = contrastiveTowers(scope, model, options);
  return objective(embeddings);
}

/**
 * The two halves of {@link contrastiveObjective}, for batches that go through the towers in `parts`: the inputs are one
 * part's, pictures and texts each cut in order.
 */
export function contrastiveTowers(scope: Scope, model: PairModel, options: ContrastiveOptions, parts = 1): Embedded {
  const { concepts, views, kept, kindred } = options;
  const count = (views * concepts) / parts;
  const pixels = input("pixels", "uint8", [count, 3, model.side, model.side]);
  const { imageEmbeds, textEmbeds, ...factors } = model.embed(scope, {
    pixelValues: normalizePixels(pixels, model.pixels),
    inputIds: input("input_ids", "int64", [concepts / parts, model.context]),
    ...(kept !== undefined && { keep: input("keep", "int64", [count, kept]) }),
  });
  const meanings = kindred && { meanings: input("meanings", "float32", [concepts / parts, kindred.width]) };
  return {
    embeddings: { imageEmbeds, textEmbeds, ...meanings },
    objective: ({ imageEmbeds, textEmbeds, meanings }) =>
      objectiveOf({ imageEmbeds: imageEmbeds!, textEmbeds: textEmbeds!, ...factors }, meanings, options),
  };
}

function objectiveOf(
  { imageEmbeds, textEmbeds, logitScale, logitBias }: ReturnType<PairModel["embed"]>,
  meanings: Tensor | undefined,
  options: ContrastiveOptions,
): Objective {
  const { concepts, views, imageWeight } = options;
  const scale = exp(logitScale);
  const isOfPairs = logitBias !== undefined;
  const pairing = isOfPairs
    ? pairs(imageEmbeds, textEmbeds, scale, logitBias, options)
    : choices(mul(matmul(textEmbeds, imageEmbeds, { transB: true }), scale), meanings, options);
  const pictures = views * concepts;
  const likeness = gram(imageEmbeds); // [pictures, pictures]
  // Where the loss needs no matrix of all pictures, its metrics must not need one either.
  const measured = isOfPairs && pictures > maxMeasured ? gram(slice(imageEmbeds, [[0, maxMeasured]])) : likeness;
  const metrics = { scale: stopGradient(scale), ...shapeOfCloud(stopGradient(measured)) };
  if (views < 2 || imageWeight === 0) return { ...pairing, metrics };
  const conceptOf = Array.from({ length: pictures }, (_, i) => i % concepts);
  const imageLoss = withinNce(mul(likeness, scale), conceptOf);
  return {
    loss: add(pairing.loss, mul(imageLoss, imageWeight)),
    metrics: { ...metrics, cross_loss: stopGradient(pairing.loss), image_loss: stopGradient(imageLoss) },
    chance: pairing.chance + imageWeight * Math.log(pictures - 1),
  };
}

/** Pictures that tell how a batch of SigLIP's lies: its first ones. */
const maxMeasured = 256;

/** Rows of SigLIP's matrix at a time. */
const chunk = 256;

/** Inner products of rows: `[n, width]` to `[n, n]`. */
const gram = (rows: Tensor): Tensor => matmul(rows, rows, { transB: true });

type Pairing = Pick<Objective, "loss" | "chance">;

/** CLIP's: each text chooses among pictures and each picture among texts. */
function choices(logits: Tensor, meanings: Tensor | undefined, options: ContrastiveOptions): Pairing {
  const { concepts, views, labelSmoothing, kindred } = options;
  const texts = [...Array(concepts).keys()];
  const pictures = Array.from({ length: views * concepts }, (_, i) => i % concepts);
  const isSoft = meanings !== undefined && kindred !== undefined;
  return {
    loss: isSoft
      ? softChoices(logits, add(mul(kindredTargets(meanings, kindred), 1 - labelSmoothing), labelSmoothing / concepts))
      : symmetricNce(logits, texts, pictures, labelSmoothing),
    chance: (Math.log(texts.length) + Math.log(pictures.length)) / 2,
  };
}

/**
 * Cross-entropies of texts choosing among pictures and of pictures choosing among texts, their mean.
 * @param logits  `[concepts, views * concepts]`
 * @param targets `[concepts, concepts]`, each row of sum 1
 */
function softChoices(logits: Tensor, targets: Tensor): Tensor {
  const [concepts, pictures] = extents(logits, "concepts", "pictures");
  const views = Array.from({ length: pictures / concepts }, () => targets);
  const forth = softCrossEntropy(logits, mul(concat(views, 1), 1 / views.length));
  const back = softCrossEntropy(transpose(logits), concat(views, 0));
  return mul(add(forth, back), 0.5);
}

/** SigLIP's: each text and each picture belong together or not; mean over the views. */
function pairs(
  imageEmbeds: Tensor,
  textEmbeds: Tensor,
  scale: Tensor,
  bias: Tensor,
  { concepts, views }: ContrastiveOptions,
): Pairing {
  const ofView = Array.from({ length: views }, (_, view) => {
    const images = slice(imageEmbeds, [[view * concepts, (view + 1) * concepts]]);
    return chunkedSigmoidLoss(images, textEmbeds, scale, bias, chunk);
  });
  // Without a clue the best is to say of each combination that it belongs together with the probability of any.
  const [one, rest] = [1 / concepts, 1 - 1 / concepts];
  return {
    loss: mul(
      ofView.reduce((a, b) => add(a, b)),
      1 / views,
    ),
    chance: -concepts * (one * Math.log(one) + rest * Math.log(rest)),
  };
}

/**
 * How unit vectors lie about their mean. `spread` is their variance: 0 if all are the same, 1 if they cancel out. `rank` is
 * in how many directions they vary: `(sum of eigenvalues)² / sum of squared eigenvalues` of their covariance.
 * @param gram `[n, n]`: their inner products
 */
function shapeOfCloud(gram: Tensor): { spread: Tensor; rank: Tensor } {
  const [count] = extents(gram, "count", "count");
  const rows = mean(gram, { axis: 1, keepDims: true }); // [n, 1]
  const all = mean(gram);
  const centred = add(sub(sub(gram, rows), transpose(rows)), all); // its eigenvalues are the covariance's
  const spread = relu(sub(1, all)); // the mean square of unit vectors is 1; rounding may go below 0
  return { spread, rank: div(mul(mul(spread, spread), count ** 2), add(sumSquares(centred), 1e-12)) };
}
