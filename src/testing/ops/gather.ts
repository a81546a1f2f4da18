import type * as ops from "../../engine/ops/gather.ts";
import * as op from "../../engine/ops/gather.ts";
import { cast, stopGradient } from "../../engine/ops/elementwise.ts";
import { build, indexes, NdArray } from "../nd-array.ts";
import { distinct, given, ids, normals, sample, type OpSamples, type Sample, type Source } from "./sample.ts";

const gathered = (shape: readonly number[], index: Source, axis: number): Sample =>
  sample(
    [normals(shape), index],
    (x, i) => op.gather(x, i, axis),
    (x, i) =>
      build(shape.toSpliced(axis, 1, ...index.shape), (to) => {
        const place = i.at(to.slice(axis, axis + index.shape.length));
        return x.at(to.toSpliced(axis, index.shape.length, place));
      }),
  );

const taken = (shape: readonly number[], index: Source, axis: number): Sample =>
  sample(
    [normals(shape), index],
    (x, i) => op.takeAlong(x, i, axis),
    (x, i) => build(index.shape, (to) => x.at(to.with(axis, i.at(to)))),
  );

const rows = (shape: readonly number[], index: Source): Sample =>
  sample([normals(shape), index], op.gatherRows, (x, i) =>
    build(shape.toSpliced(1, 1), (to) => x.at(to.toSpliced(1, 0, i.at([to[0]!])))),
  );

const scattered = (shape: readonly number[], index: Source, axis: number): Sample =>
  sample(
    [index, normals(index.shape)],
    (i, updates) => op.scatterAdd(shape, i, updates, axis),
    (i, updates) => {
      const sums = new Map(Array.from(indexes(shape), (at) => [String(at), 0]));
      for (const at of indexes(index.shape)) {
        const place = String(at.with(axis, i.at(at)));
        sums.set(place, sums.get(place)! + updates.at(at));
      }
      return new NdArray(shape, [...sums.values()]);
    },
  );

const oneHot = (index: Source, classes: number): Sample =>
  sample(
    [index],
    (i) => op.oneHot(i, classes),
    (i) => build([...index.shape, classes], (to) => Number(i.at(to.slice(0, -1)) === to.at(-1))),
  );

const best = (shape: readonly number[], k: number, axis: number): Sample =>
  sample(
    [distinct(shape)],
    (x) => op.topK(x, k, axis),
    (x) => {
      const ranked = (at: readonly number[]): number[] => {
        const value = (i: number): number => x.at(at.with(axis, i));
        return [...Array(shape[axis]).keys()].sort((a, b) => value(b) - value(a));
      };
      const size = shape.with(axis, k);
      return [
        build(size, (at) => x.at(at.with(axis, ranked(at)[at[axis]!]!))),
        build(size, (at) => ranked(at)[at[axis]!]!),
      ];
    },
  );

/** Samples of reading and adding at computed places. */
export const samples: OpSamples<typeof ops> = {
  gather: [
    gathered([4, 2], ids([3], [3, 0, 3]), 0),
    gathered([2, 3, 2], ids([2, 2], [0, 2, 2, 1]), 1),
    gathered([3], ids([], [2]), 0),
    gathered([3, 2], ids([0], []), 0),
    gathered([0, 3], ids([2], [2, 0]), 1),
    gathered([2, 1], ids([1], [0]), 1),
  ],
  gatherRows: [
    rows([2, 3, 2], ids([2], [2, 0])),
    rows([3, 2], ids([3], [1, 1, 0])),
    rows([1, 1, 1], ids([1], [0])),
    rows([0, 3, 2], ids([0], [])),
  ],
  takeAlong: [
    taken([2, 3], ids([2, 2], [2, 2, 0, 1]), 1),
    taken([3, 2], ids([1, 2], [2, 0]), 0),
    taken([2, 3], ids([2, 0], []), 1),
    taken([1, 1], ids([1, 2], [0, 0]), 1),
  ],
  scatterAdd: [
    scattered([2, 4], ids([2, 3], [0, 3, 3, 1, 1, 1]), 1),
    scattered([3, 2], ids([2, 2], [2, 0, 2, 1]), 0),
    scattered([2, 2], ids([2, 0], []), 1),
    scattered([1], ids([1], [0]), 0),
    sample(
      [ids([3], [1, 1, 0]), given([3], [0.5, 0.25, 2])],
      (i, updates) => cast(op.scatterAdd([2], i, cast(updates, "float16"), 0), "float32"),
      () => new NdArray([2], [2, 0.75]),
      {
        surrogate: (_, updates) => new NdArray([2], [updates.data[2]!, updates.data[0]! + updates.data[1]!]),
        slack: 100,
      },
    ),
  ],
  oneHot: [oneHot(ids([2, 2], [0, 2, 1, 1]), 3), oneHot(ids([], [0]), 1), oneHot(ids([0], []), 2)],
  iota: [
    sample(
      [],
      () => op.iota(3),
      () => new NdArray([3], [0, 1, 2]),
    ),
    sample(
      [],
      () => op.iota(0),
      () => new NdArray([0], []),
    ),
  ],
  eye: [
    sample(
      [],
      () => op.eye(3),
      () => build([3, 3], ([i, j]) => Number(i === j)),
    ),
  ],
  topK: [
    best([2, 4], 2, 1),
    best([3, 2], 3, 0),
    best([2, 3, 2], 1, 1),
    best([1], 1, 0),
    best([2, 2], 0, 1),
    best([0, 2], 1, 1),
    // Only the values, and equal ones: the first comes first.
    sample(
      [given([4], [2, 5, 5, 1])],
      (x) => op.topK(stopGradient(x), 3),
      () => [new NdArray([3], [5, 5, 2]), new NdArray([3], [1, 2, 0])],
      { surrogate: () => [new NdArray([3], [0, 0, 0])] },
    ),
  ],
};
