import { hostTensor } from "../engine/host-tensor.ts";
import { fold, key, permutation } from "../engine/random.ts";
import { clip, ClipConfig } from "../models/contrastive/clip.ts";
import { initialize } from "../nn/scope.ts";
import type { Device } from "../platform/session.ts";
import { contrastiveObjective, type PairModel } from "../train/contrastive.ts";
import { adamW } from "../train/optim/adam.ts";
import { decayMatrices } from "../train/optim/groups.ts";
import { createUpdater } from "../train/optim/updater.ts";
import { compileStep, type Tensors } from "../train/step.ts";

/** Side of the pictures, in pixels. */
export const clipSide = 32;

const [context, batch, endOfText] = [16, 8, 127];

const tower = { hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2 };

const config = ClipConfig.parse({
  projection_dim: 32,
  text_config: { ...tower, vocab_size: endOfText + 1, max_position_embeddings: context, eos_token_id: endOfText },
  vision_config: { ...tower, image_size: clipSide, patch_size: 8 },
});

const model: PairModel = {
  side: clipSide,
  context,
  pixels: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  embed: (scope, inputs) => clip(scope, inputs, config),
};

/** Pictures with a caption each. */
export interface CaptionedPictures {
  /** uint8 `[captions.length, 3, side, side]`. */
  readonly pixels: Uint8Array;
  readonly captions: readonly string[];
}

/** The loss of each of the first `steps` steps of a small CLIP: the same sums wherever it runs, but for rounding. */
export async function clipLosses(data: CaptionedPictures, steps: number, device: Device = "cpu"): Promise<number[]> {
  const step = await compileStep(
    (scope) => contrastiveObjective(scope, model, { concepts: batch, views: 1, labelSmoothing: 0, imageWeight: 0 }),
    { device, threads: 2 },
  );
  const initial = initialize(step.parameters, key(1));
  const updater = await createUpdater(initial, adamW(), { groups: decayMatrices(0.1), maxGradNorm: 1 });
  try {
    const losses: number[] = [];
    for (let done = 0; done < steps; done++) {
      const { loss } = await step.run({ ...updater.parameters, ...clipBatch(data, done) }, updater.gradients);
      await updater.step({ step: done, lr: 1e-3 * Math.min(1, (done + 1) / 10) });
      losses.push(loss);
    }
    return losses;
  } finally {
    await step[Symbol.asyncDispose]();
    await updater.dispose();
  }
}

/** Eight pictures of the set with their captions, a letter a token. */
function clipBatch({ pixels, captions }: CaptionedPictures, step: number): Tensors {
  const bytes = 3 * clipSide ** 2;
  const pictures = hostTensor("uint8", [batch, 3, clipSide, clipSide]);
  const texts = hostTensor("int64", [batch, context]);
  texts.data.fill(BigInt(endOfText));
  for (const [row, index] of permutation(fold(key(2), step), captions.length)
    .subarray(0, batch)
    .entries()) {
    pictures.data.set(pixels.subarray(index * bytes, (index + 1) * bytes), row * bytes);
    const letters = captions[index]!.slice(0, context - 1);
    for (let at = 0; at < letters.length; at++) texts.data[row * context + at] = BigInt(letters.charCodeAt(at));
  }
  return { pixels: pictures, input_ids: texts };
}
