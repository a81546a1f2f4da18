import { expect, test } from "vitest";
import { ShapeError } from "../platform/error.ts";
import { gelu } from "./ops/activation.ts";
import { attention, rotary } from "./ops/attention.ts";
import { groupNorm } from "./ops/channel-norm.ts";
import { conv, convTranspose } from "./ops/conv.ts";
import { add, where } from "./ops/elementwise.ts";
import { gather, gatherRows, topK } from "./ops/gather.ts";
import { concat, pad, reshape, slice, split, stack, transpose } from "./ops/layout.ts";
import { constant, full, input } from "./ops/leaf.ts";
import { affine, matmul } from "./ops/matmul.ts";
import { layerNorm, softmax } from "./ops/normalize.ts";
import { maxPool } from "./ops/pool.ts";
import { max, mean } from "./ops/reduce.ts";
import { resize } from "./ops/resize.ts";
import type { Tensor } from "./tensor.ts";

const x = input("x", "float32", [2, 5]);
const ids = input("input_ids", "int64", [2, 5]);
const pixels = input("pixels", "float32", [2, 3, 8, 8]);
const weight = input("text.fc1.weight", "float32", [4, 6]);
const bias = input("text.fc1.bias", "float32", [4]);
const channels = input("vision.norm.weight", "float32", [3]);
const kernel = (...shape: number[]): Tensor => input("vision.patch.weight", "float32", shape);
/** `[2, 4]`, some ops behind the parameters of `text.fc1`. */
const hidden = gelu(affine(input("h", "float32", [2, 6]), weight, bias));

// What does not fit is refused where it is built, with the operands and the module.
test.each<readonly [code: string, found: string, mend: string, build: () => unknown]>([
  [
    "SHAPE_MATMUL",
    "text.fc1: gemm of float32[2, 5] (x), float32[4, 6] (text.fc1.weight) and float32[4] (text.fc1.bias): the inner extents differ: 5 and 6 (transposed)",
    "make them equal, or transpose an operand",
    () => affine(x, weight, bias),
  ],
  [
    "SHAPE_RANK",
    "text.fc1: matmul of float32[2, 5] (x) and float32[4] (text.fc1.bias): ranks 2 and 1",
    "operands have two axes or more",
    () => matmul(x, bias),
  ],
  [
    "SHAPE_NOT_BROADCASTABLE",
    "text.fc1: add of float32[2, 4] (computed from text.fc1.weight) and float32[2, 5] (x): [2, 4] and [2, 5] differ at axis -1 (4 and 5)",
    "make the extents equal, or one of them 1",
    () => add(hidden, x),
  ],
  [
    "SHAPE_DTYPE",
    "input_ids: add of int64[2, 5] (input_ids) and float32[2, 5] (x): the element types differ",
    "cast all to one type of number",
    () => add(ids, x),
  ],
  [
    "SHAPE_DTYPE",
    "input_ids: operand of int64[2, 5] (input_ids): 0.5 is not of its element type",
    "cast it to float32 first",
    () => add(ids, 0.5),
  ],
  [
    "SHAPE_DTYPE",
    "x: where of float32[2, 5] (x), float32[2, 5] (x) and float32[2, 5] (x): it is not for float32",
    "compare first, or cast to bool",
    () => where(x, x, x),
  ],
  [
    "SHAPE_DTYPE",
    "input_ids: softmax of int64[2, 5] (input_ids): it is not for int64",
    "cast all to float32",
    () => softmax(ids),
  ],
  [
    "SHAPE_NO_SUCH_AXIS",
    "text.fc1: softmax of float32[2, 4] (computed from text.fc1.weight): axis 2 of a tensor of rank 2",
    "use an axis of -2 to 1",
    () => softmax(hidden, 2),
  ],
  [
    "SHAPE_NO_SUCH_AXIS",
    "x: mean of float32[2, 5] (x): axes 1,-1 name an axis twice",
    "name each axis once",
    () => mean(x, { axis: [1, -1] }),
  ],
  [
    "SHAPE_EMPTY",
    "x: max of float32[0, 5] (computed from x): axis 0 is empty",
    "give it at least one element",
    () => max(slice(x, [[0, 0]]), { axis: 0 }),
  ],
  [
    "SHAPE_SIZE",
    "x: reshape of float32[2, 5] (x): 10 elements do not fill [4, 4]",
    "keep the number of elements",
    () => reshape(x, [4, 4]),
  ],
  [
    "SHAPE_EXTENT",
    "x: reshape of float32[2, 5] (x): [4, 2.5] is not a shape",
    "extents are whole numbers, 0 or more",
    () => reshape(x, [4, -1]),
  ],
  [
    "SHAPE_ORDER",
    "pixels: transpose of float32[2, 3, 8, 8] (pixels): [0, 2, 3] is not an order of its axes",
    "name each axis once",
    () => transpose(pixels, [0, 2, 3]),
  ],
  [
    "SHAPE_SLICE",
    "x: slice of float32[2, 5] (x): 3 ranges",
    "give at most 2, one for each axis",
    () => slice(x, [[0], [0], [0]]),
  ],
  [
    "SHAPE_PADDING",
    "x: pad of float32[2, 5] (x): padding [[1,1]]",
    "give [before, after] for each axis, and take away no more than there is",
    () => pad(x, [[1, 1]]),
  ],
  [
    "SHAPE_CONCAT",
    "text.fc1: concat of float32[2, 5] (x) and float32[2, 4] (computed from text.fc1.weight): shapes differ at another axis than 0",
    "only the joined axis may differ",
    () => concat([x, hidden], 0),
  ],
  [
    "SHAPE_SPLIT",
    "x: split of float32[2, 5] (x): parts 2 + 2 do not make 5",
    "sizes add up to the axis",
    () => split(x, [2, 2], 1),
  ],
  [
    "SHAPE_DIFFERENT",
    "text.fc1: stack of float32[2, 5] (x) and float32[2, 4] (computed from text.fc1.weight): the shapes differ",
    "stack tensors of one shape",
    () => stack([x, hidden], 0),
  ],
  [
    "SHAPE_NORM",
    "text.fc1: layerNorm of float32[2, 5] (x), float32[4] (text.fc1.bias) and float32[4] (text.fc1.bias): scale and bias do not have the width of the last axis",
    "give both the shape [5]",
    () => layerNorm(x, bias, bias),
  ],
  [
    "SHAPE_NORM",
    "vision.norm: groupNorm of float32[2, 3, 8, 8] (pixels), float32[3] (vision.norm.weight) and float32[3] (vision.norm.weight): 2 groups do not divide 3 channels",
    "choose a divisor",
    () => groupNorm(pixels, 2, channels, channels),
  ],
  [
    "SHAPE_DTYPE",
    "x: gather of float32[2, 5] (x) and float32[2, 5] (x): indexes of element type float32",
    "cast indexes to int64",
    () => gather(x, x),
  ],
  [
    "SHAPE_INDEX",
    "x: gatherRows of float32[2, 5] (x) and int64[2, 5] (input_ids): not one index for each item",
    "give indexes of shape [2]",
    () => gatherRows(x, ids),
  ],
  [
    "SHAPE_TOP_K",
    "x: topK of float32[2, 5] (x): 6 of the 5 elements of axis 1",
    "ask for no more than there are",
    () => topK(x, 6),
  ],
  [
    "SHAPE_CONV",
    "vision.patch: conv of float32[2, 3, 8, 8] (pixels) and float32[4, 1, 2, 2] (vision.patch.weight): the kernel takes 1 channels, the input has 3",
    "make them equal, or change the groups",
    () => conv(pixels, kernel(4, 1, 2, 2)),
  ],
  [
    "SHAPE_WINDOW",
    "vision.patch: conv of float32[2, 3, 8, 8] (pixels) and float32[4, 3, 9, 9] (vision.patch.weight): a kernel of [9, 9] reaches over 9 places, the padded axis 2 has 8",
    "use a smaller kernel or dilation, or more padding",
    () => conv(pixels, kernel(4, 3, 9, 9)),
  ],
  [
    "SHAPE_CONV",
    "vision.patch: convTranspose of float32[2, 3, 8, 8] (pixels) and float32[3, 1, 2, 2] (vision.patch.weight): an output of [11, 9] has another number of windows than the input has places",
    "leave it out, or add less than the stride to the smallest",
    () => convTranspose(pixels, kernel(3, 1, 2, 2), undefined, { extents: [11, 9] }),
  ],
  [
    "SHAPE_WINDOW",
    "pixels: maxPool of float32[2, 3, 8, 8] (pixels): padding 2, 2 for a kernel of 2, 2",
    "pad less than the kernel, or windows hold nothing",
    () => maxPool(pixels, { kernel: 2, padding: 2 }),
  ],
  [
    "SHAPE_RESIZE",
    "x: resize of float32[2, 5] (x): it has no grid to be made [0, 3, 4]",
    "give as many extents as the grid has axes, none of them empty",
    () => resize(x, [0, 3, 4], "linear"),
  ],
  [
    "SHAPE_NOT_BROADCASTABLE",
    "pixels: attention of float32[2, 3, 8, 8] (pixels), float32[2, 3, 8, 8] (pixels), float32[2, 3, 8, 8] (pixels) and float32[2, 5] (x): [2, 3, 8, 8] and [2, 5] differ at axis -2 (8 and 2)",
    "make the extents equal, or one of them 1",
    () => attention(pixels, pixels, pixels, { mask: x }),
  ],
  [
    "SHAPE_ROTARY",
    "pixels: rotary of float32[2, 3, 8, 8] (pixels), float32[2, 5] (x) and float32[2, 5] (x): not one cosine and sine for each pair of the last axis",
    "give both half of its extent, which is even",
    () => rotary(pixels, x, x),
  ],
  [
    "SHAPE_SIZE",
    "constant: constant: 2 numbers do not fill [3]",
    "give one for each element",
    () => constant([1, 2], [3]),
  ],
  [
    "SHAPE_EXTENT",
    "full: full: [2, -1] is not a shape",
    "extents are whole numbers, 0 or more",
    () => full(1, [2, -1]),
  ],
])("%s: %s", (code, found, mend, build) => {
  expect(build).toThrow(ShapeError);
  expect(build).toThrow(expect.objectContaining({ code, message: `${found}\n  mend: ${mend}` }));
});

test("the stack of the error leads to the line that asked for the impossible", () => {
  const atThisLine = (): unknown => add(hidden, x);
  expect(atThisLine).toThrow(
    expect.objectContaining({ stack: expect.stringMatching(/atThisLine .*shape\.test\.ts/) as string }),
  );
});
