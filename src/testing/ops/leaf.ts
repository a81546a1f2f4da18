import { hostTensor } from "../../engine/host-tensor.ts";
import type * as ops from "../../engine/ops/leaf.ts";
import * as op from "../../engine/ops/leaf.ts";
import { cast } from "../../engine/ops/elementwise.ts";
import { build, NdArray } from "../nd-array.ts";
import { ids, normals, sample, type OpSamples } from "./sample.ts";

/** Samples of the ops that take no tensor. */
export const samples: OpSamples<typeof ops> = {
  input: [
    // Another tensor of the same name is the same value, but not the one that the gradient is taken by.
    sample(
      [normals([2])],
      (x) => op.input("input.0.x0", x.dtype, x.shape),
      (x) => x,
      { surrogate: (x) => build(x.shape, () => 0) },
    ),
  ],
  constant: [
    sample(
      [],
      () => op.constant(1.5),
      () => new NdArray([], [1.5]),
    ),
    sample(
      [],
      () => op.constant([1, 2, 3, 4, 5, 6], [2, 3], "int64"),
      () => new NdArray([2, 3], [1, 2, 3, 4, 5, 6]),
    ),
    sample(
      [],
      () => op.constant([], [0, 2]),
      () => new NdArray([0, 2], []),
    ),
    sample(
      [],
      () => op.constant([1, 0], [2], "bool"),
      () => new NdArray([2], [1, 0]),
    ),
  ],
  hostConstant: [
    sample(
      [],
      () => op.hostConstant(hostTensor("uint8", [2], [0, 255])),
      () => new NdArray([2], [0, 255]),
    ),
    // 1 and -2 in half precision.
    sample(
      [],
      () => cast(op.hostConstant(hostTensor("float16", [2], [0x3c00, 0xc000])), "float32"),
      () => new NdArray([2], [1, -2]),
    ),
  ],
  full: [
    sample(
      [],
      () => op.full(-Infinity, [2]),
      () => new NdArray([2], [-Infinity, -Infinity]),
    ),
    sample(
      [],
      () => op.full(Infinity, [2]),
      () => new NdArray([2], [Infinity, Infinity]),
    ),
    sample(
      [],
      () => op.full(7, [], "int64"),
      () => new NdArray([], [7]),
    ),
    sample(
      [],
      () => op.full(1, [0, 3], "bool"),
      () => new NdArray([0, 3], []),
    ),
  ],
  zerosLike: [
    sample([ids([2], [5, 6])], op.zerosLike, () => new NdArray([2], [0, 0])),
    sample([normals([1, 2])], op.zerosLike, (x) => build(x.shape, () => 0)),
  ],
  operand: [
    sample(
      [normals([2])],
      (x) => op.operand(2.5, x),
      () => new NdArray([], [2.5]),
    ),
    sample(
      [normals([2])],
      (x) => op.operand(x, x),
      (x) => x,
    ),
  ],
};
