import { expect, test } from "vitest";
import { hostTensor } from "../engine/host-tensor.ts";
import { exp, stopGradient } from "../engine/ops/elementwise.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { fold, integer, key, normal } from "../engine/random.ts";
import { sizeOf } from "../engine/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { clip, ClipConfig, clipLogitsPerText } from "../models/contrastive/clip.ts";
import { linear } from "../nn/linear.ts";
import { initialize, type Scope } from "../nn/scope.ts";
import { accumulate } from "./accumulate.ts";
import { compileGradCache, type Embedded } from "./grad-cache.ts";
import { crossEntropy } from "./losses/cross-entropy.ts";
import { infoNce } from "./losses/info-nce.ts";
import { compileStep, type Objective, type Tensors, type TrainStep } from "./step.ts";

const tower = { hidden_size: 16, intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 2 };
const config = ClipConfig.parse({
  projection_dim: 8,
  text_config: { ...tower, vocab_size: 20, max_position_embeddings: 6, eos_token_id: 19 },
  vision_config: { ...tower, image_size: 16, patch_size: 8 },
});

/** CLIP on a batch of `items`. */
function embed(scope: Scope, items: number) {
  const pixelValues = input("pixels", "float32", [items, 3, 16, 16]);
  const inputIds = input("ids", "int64", [items, 6]);
  return clip(scope, { pixelValues, inputIds }, config);
}

const inParts =
  (items: number) =>
  (scope: Scope): Embedded => {
    const { imageEmbeds, textEmbeds, logitScale } = embed(scope, items);
    return {
      embeddings: { imageEmbeds, textEmbeds },
      objective: (whole) =>
        contrast({ imageEmbeds: whole["imageEmbeds"]!, textEmbeds: whole["textEmbeds"]!, logitScale }),
    };
  };

function contrast(outputs: Parameters<typeof clipLogitsPerText>[0]): Objective {
  const metrics = { scale: stopGradient(exp(outputs.logitScale)) };
  return { loss: infoNce(clipLogitsPerText(outputs)), metrics, chance: Math.log(12) };
}

const random = (name: string, shape: readonly number[]) =>
  hostTensor("float32", shape, normal(fold(key(5), name), sizeOf(shape)));
const batch = {
  pixels: random("pixels", [12, 3, 16, 16]),
  ids: hostTensor(
    "int64",
    [12, 6],
    Array.from({ length: 72 }, (_, i) => (i % 6 === 5 ? 19 : integer(fold(key(6), i), 19))),
  ),
};

/** Loss, metrics and gradients of a step, with weights that every step draws alike. */
async function runOnce(step: TrainStep, fed: Tensors) {
  const gradients = Object.fromEntries(
    step.parameters.map(({ path, shape }) => [
      path,
      hostTensor(
        "float32",
        shape,
        Array.from({ length: sizeOf(shape) }, () => 7),
      ),
    ]),
  );
  const measured = await step.run({ ...Object.fromEntries(initialize(step.all, key(4))), ...fed }, gradients);
  return { measured, gradients };
}

/**
 * The largest difference of two sets of gradients, as a fraction of each one's largest value; those of key biases, which
 * are zero in exact arithmetic, as a fraction of 1.
 */
function largestDifference(a: Tensors, b: Tensors): number {
  expect(Object.keys(b).sort()).toEqual(Object.keys(a).sort());
  const errors = Object.entries(a).map(([name, { data }]) => {
    const [expected, found] = [Float64Array.from(data, Number), Float64Array.from(b[name]!.data, Number)];
    const difference = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
    return name.endsWith("k_proj.bias") ? difference : difference / Math.max(...expected.map(Math.abs));
  });
  return Math.max(...errors);
}

test.each([1, 3, 4])("in %i parts: loss, metrics and gradients are the whole batch's", async (parts) => {
  await using whole = await compileStep((scope) => contrast(embed(scope, 12)));
  await using cached = await compileGradCache(inParts(12 / parts), parts);
  const [expected, found] = [await runOnce(whole, batch), await runOnce(cached, batch)];
  expect(found.measured.loss).toBeCloseTo(expected.measured.loss, 5);
  expect(found.measured["scale"]).toBe(expected.measured["scale"]);
  expect(found.gradients).toHaveProperty(["logit_scale"]);
  expect(largestDifference(expected.gradients, found.gradients)).toBeLessThan(1e-5);
});

test("a parameter that towers and loss share gets both gradients", async () => {
  const x = (items: number) => input("x", "float32", [items, 4]);
  const head = (scope: Scope, of: Tensor) => linear(scope.at("shared"), of, 4);
  const labels = constant([0, 1, 2, 3], [4], "int64");
  const lossOf = (scope: Scope, of: Tensor): Objective => ({
    loss: crossEntropy(head(scope, of), labels),
    metrics: {},
    chance: Math.log(4),
  });
  await using whole = await compileStep((scope) => lossOf(scope, head(scope, x(4))));
  await using cached = await compileGradCache(
    (scope) => ({ embeddings: { h: head(scope, x(2)) }, objective: ({ h }) => lossOf(scope, h!) }),
    2,
  );
  const fed = { x: random("x", [4, 4]) };
  const [expected, found] = [await runOnce(whole, fed), await runOnce(cached, fed)];
  expect(largestDifference(expected.gradients, found.gradients)).toBeLessThan(1e-5);
});

test("a batch that does not divide is refused", async () => {
  await using cached = await compileGradCache(inParts(4), 3);
  const short = { ...batch, pixels: random("pixels", [11, 3, 16, 16]) };
  await expect(runOnce(cached, short)).rejects.toMatchObject({
    code: "BATCH_NOT_DIVISIBLE",
    message: expect.stringContaining("pixels: 11 items do not divide into 3 parts"),
  });
});

test("nothing to train is said before the first run", async () => {
  const frozen = (): Embedded => ({
    embeddings: { x: input("x", "float32", [2, 3]) },
    objective: ({ x }) => ({ loss: infoNce(x!), metrics: {}, chance: 1 }),
  });
  await expect(compileGradCache(frozen, 1)).rejects.toMatchObject({ code: "NOTHING_TO_TRAIN" });
});

test("plain accumulation: a loss that is a mean over items has the whole batch's gradient", async () => {
  const build =
    (items: number) =>
    (scope: Scope): Objective => ({
      loss: crossEntropy(linear(scope, input("x", "float32", [items, 5]), 3), input("labels", "int64", [items])),
      metrics: {},
      chance: Math.log(3),
    });
  const fed = { x: random("x", [6, 5]), labels: hostTensor("int64", [6], [0, 1, 2, 2, 1, 0]) };
  await using whole = await compileStep(build(6));
  await using part = await compileStep(build(2));
  const [expected, found] = [await runOnce(whole, fed), await runOnce(accumulate(part, 3), fed)];
  expect(found.measured.loss).toBeCloseTo(expected.measured.loss, 5);
  expect(largestDifference(expected.gradients, found.gradients)).toBeLessThan(1e-5);
});
