import { describe, expect, test } from "vitest";
import { grad } from "../engine/autodiff.ts";
import { evaluate } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { cast } from "../engine/ops/elementwise.ts";
import { reshape } from "../engine/ops/layout.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { l2Normalize } from "../engine/ops/normalize.ts";
import { key } from "../engine/random.ts";
import { inOrder } from "../engine/onnx/lower.ts";
import type { Tensor } from "../engine/tensor.ts";
import { constantInit } from "../nn/init.ts";
import { linear } from "../nn/linear.ts";
import { initialize, Scope } from "../nn/scope.ts";
import {
  contrastiveObjective,
  contrastiveTowers,
  normalizePixels,
  type ContrastiveOptions,
  type PairModel,
} from "./contrastive.ts";
import { compileGradCache } from "./grad-cache.ts";
import { compileStep, type TrainStep } from "./step.ts";

/** A model that gives out these embeddings whatever it is shown. */
const fixed = (pictures: readonly number[][], texts: readonly number[][], scale: number, bias?: number): PairModel => ({
  side: 1,
  context: 1,
  pixels: { mean: [0, 0, 0], std: [1, 1, 1] },
  embed: () => ({
    imageEmbeds: constant(pictures.flat(), [pictures.length, 2]),
    textEmbeds: constant(texts.flat(), [texts.length, 2]),
    logitScale: constant(Math.log(scale)),
    ...(bias !== undefined && { logitBias: constant(bias) }),
  }),
});

const options: ContrastiveOptions = { concepts: 2, views: 1, labelSmoothing: 0, imageWeight: 0 };

/** Loss, metrics and chance of an objective. */
async function measure(model: PairModel, more: Partial<ContrastiveOptions> = {}): Promise<Record<string, number>> {
  const { loss, metrics, chance } = contrastiveObjective(Scope.root(), model, { ...options, ...more });
  const values = await evaluate({ loss, ...metrics });
  return { chance, ...Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, Number(data[0])])) };
}

const [east, north, west] = [
  [1, 0],
  [0, 1],
  [-1, 0],
];

describe("CLIP's objective", () => {
  test("one picture of each concept: InfoNCE", async () => {
    // Each right logit is 3, each wrong one 0.
    const { loss, chance } = await measure(fixed([east, north], [east, north], 3));
    expect(loss).toBeCloseTo(Math.log(1 + Math.exp(-3)), 6);
    expect(chance).toBeCloseTo(Math.log(2), 12);
  });

  test("two pictures of each: a text has both as positives, and pictures find each other", async () => {
    // Pictures 0 and 2 show concept 0, pictures 1 and 3 concept 1.
    const model = fixed([east, north, east, north], [east, north], 3);
    const { loss, cross_loss, image_loss, chance } = await measure(model, { views: 2, imageWeight: 0.5 });
    const toPictures = Math.log(2) + Math.log(1 + Math.exp(-3)); // half of what is right is the most that each can get
    const toTexts = Math.log(1 + Math.exp(-3));
    expect(cross_loss).toBeCloseTo((toPictures + toTexts) / 2, 6);
    expect(image_loss).toBeCloseTo(Math.log(1 + 2 * Math.exp(-3)), 6); // one right, two wrong, itself left out
    expect(loss).toBeCloseTo(cross_loss! + 0.5 * image_loss!, 6);
    expect(chance).toBeCloseTo((Math.log(4) + Math.log(2)) / 2 + 0.5 * Math.log(3), 12);
  });
});

test("softened targets: kindred concepts share the right answer", async () => {
  // Concepts 0 and 1 mean the same, concept 2 is nearly without a share: 1 / (1 + e^20).
  const kindred = { share: 0.4, temperature: 0.1, width: 2 };
  const meanings = hostTensor("float32", [3, 2], [east, east, west].flat());
  const model = fixed([east, north, west], [east, north, west], 1);
  const { loss } = contrastiveObjective(Scope.root(), model, { ...options, concepts: 3, kindred });
  const value = Number((await evaluate({ loss }, { meanings })).loss.data[0]);
  // Logits, of pictures as of texts: [1, 0, -1], [0, 1, 0], [-1, 0, 1]; e^logits of the rows add up to:
  const [outer, middle] = [Math.E + 1 + 1 / Math.E, Math.E + 2];
  const ofFirst = Math.log(outer) - 0.6; //            0.6 at logit 1, 0.4 at logit 0
  const ofSecond = Math.log(middle) - 0.6; //          0.6 at logit 1, 0.4 at logit 0
  const ofThird = Math.log(outer) - 0.6 + 0.2; //      0.6 at logit 1; both others are as unlike: 0.2 at -1 and 0.2 at 0
  expect(value).toBeCloseTo((ofFirst + ofSecond + ofThird) / 3, 5);
});

test.each([
  { title: "softened targets", kindred: { share: 0.3, temperature: 0.2, width: 3 } },
  { title: "pairs", bias: -1 },
])("$title of a batch in parts: the same loss and gradients as of the whole", async ({ kindred, bias }) => {
  const shape = { ...options, concepts: 4, views: 2, ...(kindred && { kindred }) };
  const model: PairModel = {
    ...fixed([], [], 1),
    context: 2,
    embed: (scope, { pixelValues, inputIds }) => ({
      imageEmbeds: l2Normalize(linear(scope.at("image"), reshape(pixelValues, [-1, 3]), 5)),
      textEmbeds: l2Normalize(linear(scope.at("text"), cast(inputIds, "float32"), 5)),
      logitScale: constant(1),
      ...(bias !== undefined && { logitBias: scope.param("logit_bias", [1], constantInit(bias)) }),
    }),
  };
  const feeds = {
    pixels: hostTensor(
      "uint8",
      [8, 3, 1, 1],
      Array.from({ length: 24 }, (_, i) => (i * 37) % 256),
    ),
    input_ids: hostTensor("int64", [4, 2], [1, 2, 3, 5, 4, 1, 2, 2]),
    ...(kindred && { meanings: hostTensor("float32", [4, 3], [1, 0, 0, 0.6, 0.8, 0, 0, 1, 0, 0, 0.6, 0.8]) }),
  };
  const measured = async (step: TrainStep) => {
    await using owned = step;
    const weights = Object.fromEntries(initialize(owned.all, key(2)));
    const gradients = Object.fromEntries(
      owned.parameters.map(({ path, shape }) => [path, hostTensor("float32", shape)]),
    );
    const { loss } = await owned.run({ ...weights, ...feeds }, gradients);
    return [
      loss,
      ...Object.keys(gradients)
        .sort()
        .flatMap((path) => [...gradients[path]!.data].map(Number)),
    ];
  };
  const whole = await measured(await compileStep((scope) => contrastiveObjective(scope, model, shape)));
  const inParts = await measured(await compileGradCache((scope) => contrastiveTowers(scope, model, shape, 2), 2));
  expect(inParts).toHaveLength(whole.length);
  for (const [i, value] of inParts.entries()) expect(value).toBeCloseTo(whole[i]!, 5);
});

test("a bias makes it SigLIP's: every combination for itself, mean over the views", async () => {
  const model = fixed([east, north, east, north], [east, north], 3, -1);
  const { loss, chance } = await measure(model, { views: 2 });
  expect(loss).toBeCloseTo(Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(-1)), 6); // right: 3 - 1; wrong: 0 - 1
  expect(chance).toBeCloseTo(2 * Math.log(2), 12); // half of the combinations of two belong together
});

describe("a large batch of pairs", () => {
  const around = (count: number): number[][] => Array.from({ length: count }, (_, i) => [Math.cos(i), Math.sin(i)]);

  test("has the loss of all combinations, and the metrics of its first pictures", async () => {
    const count = 300; // one chunk and a part of another
    const { loss, spread } = await measure(fixed(around(count), around(count), 2, -3), { concepts: count });
    const logits = around(count).map((_, i) => around(count).map((_, j) => 2 * Math.cos(i - j) - 3));
    const losses = logits.flatMap((row, i) => row.map((z, j) => Math.log1p(Math.exp(i === j ? -z : z))));
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b) / count, 4);
    const [x, y] = [0, 1].map((axis) => around(256).reduce((sum, point) => sum + point[axis]!, 0) / 256);
    expect(spread).toBeCloseTo(1 - x! ** 2 - y! ** 2, 6);
  });

  test("needs no matrix of all combinations, forth or back", () => {
    const [concepts, width] = [2048, 4];
    const embeddings = ["image", "text"].map((name) => input(name, "float32", [concepts, width]));
    const [imageEmbeds, textEmbeds] = embeddings as [Tensor, Tensor];
    const largest = (bias: boolean): number => {
      const embed = () => ({
        imageEmbeds,
        textEmbeds,
        logitScale: constant(1),
        ...(bias && { logitBias: constant(-1) }),
      });
      const { loss, metrics } = contrastiveObjective(
        Scope.root(),
        { ...fixed([], [], 1), embed },
        { ...options, concepts },
      );
      const gradients = grad(loss, embeddings).map((gradient) => gradient!);
      const nodes = inOrder([loss, ...Object.values(metrics), ...gradients]);
      return Math.max(...nodes.flatMap((node) => node.outputs.map(({ size }) => size)));
    };
    expect(largest(false)).toBe(concepts ** 2); // CLIP's choices are among all
    expect(largest(true)).toBe(256 * concepts);
  });
});

describe("how the pictures' embeddings lie", () => {
  test("two opposite points: all of the variance, in one direction", async () => {
    expect(await measure(fixed([east, west], [east, west], 3))).toMatchObject({ spread: 1, rank: 1 });
  });

  test("three corners of a square", async () => {
    // Mean (0, 1/3); variances 2/3 and 2/9 along the axes.
    const { spread, rank } = await measure(fixed([east, north, west], [east, north, west], 3), { concepts: 3 });
    expect(spread).toBeCloseTo(8 / 9, 6);
    expect(rank).toBeCloseTo((8 / 9) ** 2 / ((2 / 3) ** 2 + (2 / 9) ** 2), 5);
  });

  test("all the same", async () => {
    expect((await measure(fixed([east, east], [east, north], 3)))["spread"]).toBe(0);
  });
});

test("pixels are normalised by mean and deviation of each channel", async () => {
  const pixels = input("pixels", "uint8", [1, 3, 1, 1]);
  const normalized = normalizePixels(pixels, { mean: [0.5, 0, 1], std: [0.5, 1, 0.25] });
  const { y } = await evaluate({ y: normalized }, { pixels: hostTensor("uint8", [1, 3, 1, 1], [255, 51, 204]) });
  expect(Array.from(y.data, Number)).toEqual([1, expect.closeTo(0.2, 6), expect.closeTo(-0.8, 6)]);
});
