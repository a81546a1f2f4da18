import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { concat, slice } from "../../engine/ops/layout.ts";
import { constant, hostConstant, input } from "../../engine/ops/leaf.ts";
import { fold, key, normal } from "../../engine/random.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { keepPatches, keptCount, largestPatches } from "../../nn/patch-dropout.ts";
import { cutPatches, embedPatches, type PatchParameters } from "./patches.ts";
import { sinCosPositions } from "./positions.ts";

test("patches row by row; what is left over is cut off", async () => {
  // One channel, 5 x 5 px, patches of 2 px: columns and rows 0 to 3.
  const pixels = constant(Array.from({ length: 25 }, (_, i) => i), [1, 1, 5, 5]); // prettier-ignore
  const { patches } = await evaluate({ patches: cutPatches(pixels, 2) });
  expect(patches.shape).toEqual([1, 4, 4]);
  expect([...patches.data]).toEqual([0, 1, 5, 6, 2, 3, 7, 8, 10, 11, 15, 16, 12, 13, 17, 18]);
});

/** Patches of 2 px of pictures of 4 px. */
const parameters = (classToken: boolean): PatchParameters => ({
  size: [4, 4],
  kernel: input("kernel", "float32", [3, 1, 2, 2]),
  bias: input("bias", "float32", [3]),
  ...(classToken && { classToken: input("class", "float32", [3]) }),
  positions: input(classToken ? "positions and class" : "positions", "float32", [classToken ? 5 : 4, 3]),
});
const random = (name: string, shape: readonly number[], size: number) =>
  [name, hostTensor("float32", shape, normal(fold(key(8), name), size))] as const;
const feeds = Object.fromEntries([
  random("pixels", [2, 1, 4, 4], 32),
  random("kernel", [3, 1, 2, 2], 12),
  random("bias", [3], 3),
  random("class", [3], 3),
  random("positions", [4, 3], 12),
  random("positions and class", [5, 3], 15),
]);
const pixels = input("pixels", "float32", [2, 1, 4, 4]);

test.each([true, false])("kept patches are the same tokens, positions and all; class token: %s", async (classToken) => {
  const keep = [[3, 0], [1, 2]]; // prettier-ignore
  const kept = constant(keep.flat(), [2, 2], "int64");
  const { all, some } = await evaluate(
    {
      all: embedPatches("vision", pixels, parameters(classToken), {}),
      some: embedPatches("vision", pixels, parameters(classToken), { keep: kept }),
    },
    feeds,
  );
  const lead = Number(classToken);
  const row = (of: typeof all, item: number, token: number): number[] => {
    const tokens = of.shape[1]!;
    return Array.from(of.data.slice((item * tokens + token) * 3, (item * tokens + token + 1) * 3), Number);
  };
  expect(some.shape).toEqual([2, lead + 2, 3]);
  for (const item of [0, 1]) {
    // The class token, if there is one, is token 0 of both.
    const places = [
      ...(classToken ? [[0, 0] as const] : []),
      ...keep[item]!.map((patch, at) => [lead + patch, lead + at] as const),
    ];
    for (const [from, to] of places)
      for (const [i, value] of row(all, item, from).entries()) expect(row(some, item, to)[i]).toBeCloseTo(value, 6);
  }
});

// Made by open_clip's PatchDropout, with its random numbers saved; and by masked autoencoders' formula.
const file = new URL("../../../fixtures/golden/patch_dropout/tensors.safetensors", import.meta.url);
const { tensors: golden } = readSafetensors(readFileSync(file));

function floats(name: string): Float32Array {
  const data = golden.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not in the fixture`);
  return data;
}
const tokens = () => input("x", "float32", [4, 17, 8]);
const goldenFeeds = { x: golden.get("x")! };

describe("patch dropout equals the reference", () => {
  test.each(["0.5", "0.75", "0.3"])("drops %s of the patches, and never the class token", async (rate) => {
    const keep = hostConstant(largestPatches(floats("noise"), 16, keptCount(16, Number(rate))));
    const [first, patches] = [slice(tokens(), [undefined, [0, 1]]), slice(tokens(), [undefined, [1]])];
    const { y } = await evaluate({ y: concat([first, keepPatches(patches, keep)], 1) }, goldenFeeds);
    expect(y).toEqual(golden.get(`out_p${rate}_cls1`));
  });

  test.each(["0.5", "0.75", "0.3"])("without a class token, drops %s of all", async (rate) => {
    const keep = hostConstant(largestPatches(floats("noise_nocls"), 17, keptCount(17, Number(rate))));
    const { y } = await evaluate({ y: keepPatches(tokens(), keep) }, goldenFeeds);
    expect(y).toEqual(golden.get(`out_p${rate}_cls0`));
  });

  test("the smallest numbers, as masked autoencoders choose", async () => {
    const keep = largestPatches(floats("flip_noise").map((value) => -value), 16, 8); // prettier-ignore
    expect(keep).toEqual(golden.get("flip_ids_keep"));
    const patches = slice(tokens(), [undefined, [1]]);
    const { y } = await evaluate({ y: keepPatches(patches, hostConstant(keep)) }, goldenFeeds);
    expect(y).toEqual(golden.get("flip_out"));
  });
});

test("pictures of another size are refused, unless positions may be resized", () => {
  const larger = input("larger", "float32", [2, 1, 6, 4]);
  expect(() => embedPatches("vision_model.embeddings", larger, parameters(true), {})).toThrow(
    expect.objectContaining({
      code: "SHAPE_IMAGE_SIZE",
      message:
        "vision_model.embeddings: pictures of 4 x 6 px, but positions for 4 x 4 px (image_size)\n" +
        "  mend: give pictures of 4 x 4 px, or have the positions resized",
    }),
  );
  expect(embedPatches("", larger, parameters(true), { resizePositions: true }).shape).toEqual([2, 7, 3]);
});

test("fixed positions: sine and cosine of the column, then of the row; zeros before the grid", () => {
  const [s, c] = [Math.sin(1), Math.cos(1)];
  const expected = [[0, 0, 0, 0], [0, 1, 0, 1], [s, c, 0, 1], [0, 1, s, c], [s, c, s, c]]; // prettier-ignore
  expect([...sinCosPositions(2, 4, 1)]).toEqual(expected.flat().map(Math.fround));
});
