import { FoveaError } from "../../platform/error.ts";
import type { Tensor } from "../tensor.ts";
import { toProgram, type Program, type Step } from "./program.ts";
import {
  advance,
  at,
  encodeModule,
  get,
  instantiate,
  set,
  simd,
  splat,
  valueType,
  whileAtLeast,
  type Code,
  type ValueType,
} from "./wasm.ts";

/** A compiled elementwise graph; {@link bind} makes it runnable. */
export interface FusedKernel {
  /** Names of the streams read and written; an input and an output of one name are one stream, updated in place. */
  readonly streams: readonly string[];
  /** Names of the scalars. */
  readonly scalars: readonly string[];
  /** The WebAssembly module; kernels of equal code, streams and scalars do the same. */
  readonly code: Uint8Array<ArrayBuffer>;
}

/**
 * Runs a kernel.
 * @param streams an array for each stream, all of one length, in the memory that the kernel is bound to; any two are
 *                the same or do not overlap
 * @param scalars a value for each scalar, rounded to float32
 * @returns       the sum that was asked for, else 0
 */
export type RunKernel = (
  streams: Readonly<Record<string, Float32Array>>,
  scalars?: Readonly<Record<string, number>>,
) => number;

/** Vectors of each turn of the main loop: one turn is one cache line of each stream. */
const vectorsPerTurn = 4;

/**
 * Compiles an elementwise graph to one pass over memory: each input stream is read once, each output stream written
 * once, and each value computed once, four elements at a time.
 *
 * @param outputs streams to write; leaves are `input`s: streams of one shape with any number of elements at run time
 *                (the shape does not matter), and scalars of shape `[]`
 * @param sum     a tensor whose elements are summed in float64, in an order that depends on the count alone
 * @throws {FoveaError} FUSE_UNSUPPORTED if an op is not elementwise on float32
 *
 * @example
 * const [x, g, lr] = [input("x", "float32", [1]), input("g", "float32", [1]), input("lr", "float32", [])];
 * const [{ memory, arrays }] = allocate([[1_000_000, 1_000_000]]);
 * const descend = bind(fuse({ x: sub(x, mul(lr, g)) }), memory);
 * descend({ x: arrays[0], g: arrays[1] }, { lr: 0.1 });
 */
export function fuse(outputs: Readonly<Record<string, Tensor>>, sum?: Tensor): FusedKernel {
  const program = toProgram(outputs, sum);
  const read = namesOf(program.steps, "stream");
  const streams = [...read, ...Object.keys(outputs).filter((name) => !read.includes(name))];
  const scalars = namesOf(program.steps, "scalar");
  return { streams, scalars, code: encode(program, streams, scalars) };
}

/** Whether {@link fuse} can compile a graph. */
export function isFusable(outputs: Readonly<Record<string, Tensor>>): boolean {
  try {
    toProgram(outputs);
    return true;
  } catch (error) {
    if (error instanceof FoveaError && error.code === "FUSE_UNSUPPORTED") return false;
    throw error;
  }
}

/** Makes a kernel runnable on arrays of a memory. */
export function bind({ code, streams, scalars }: FusedKernel, memory: WebAssembly.Memory): RunKernel {
  const run = instantiate(code, memory);
  return (given, values = {}) => {
    const arrays = streams.map((name) => given[name]);
    const count = arrays[0]?.length ?? 0;
    const offsets = arrays.map((array, i) => {
      if (array?.buffer !== memory.buffer || array.length !== count)
        throw new RangeError(`stream ${streams[i]} is not an array of ${count} floats in the kernel's memory`);
      return array.byteOffset;
    });
    const operands = scalars.map((name) => {
      const value = values[name];
      if (value === undefined) throw new RangeError(`scalar ${name} has no value`);
      return value;
    });
    return run(count, ...offsets, ...operands) ?? 0;
  };
}

const namesOf = (steps: readonly Step[], kind: "stream" | "scalar"): string[] =>
  steps.flatMap((step) => (step.kind === kind ? [step.name] : []));

function encode(program: Program, streams: readonly string[], scalars: readonly string[]): Uint8Array<ArrayBuffer> {
  const { steps, sum } = program;
  const count = 0; //                                            locals: the count, pointers, scalars, values, sums
  const pointers = new Map(streams.map((name, i) => [name, 1 + i]));
  const scalarLocals = new Map(scalars.map((name, i) => [name, 1 + streams.length + i]));
  const firstValue = 1 + streams.length + scalars.length;
  const value = (step: number): number => firstValue + step;
  const sums = value(steps.length);

  const computed = (step: Step, load: (pointer: number) => Code): Code => {
    if (step.kind === "stream") return load(pointers.get(step.name)!);
    if (step.kind === "scalar") return [...get(scalarLocals.get(step.name)!), ...simd(0x13)];
    if (step.kind === "constant") return splat(step.value);
    return [...step.operands.flatMap((operand) => get(value(operand))), ...simd(step.instruction)];
  };
  const varies = (step: Step): boolean => step.kind === "stream" || (step.kind === "compute" && !step.uniform);
  const compute = (which: (step: Step) => boolean, load: (pointer: number) => Code): Code =>
    steps.flatMap((step, i) => (which(step) ? [...computed(step, load), ...set(value(i))] : []));
  const store = (instruction: (pointer: number, value: Code) => Code): Code =>
    [...program.outputs].flatMap(([name, step]) => instruction(pointers.get(name)!, get(value(step))));

  const four = (index: number): Code => [
    ...compute(varies, (pointer) => [...get(pointer), ...simd(0x00, ...at(4, 16 * index))]),
    ...store((pointer, x) => [...get(pointer), ...x, ...simd(0x0b, ...at(4, 16 * index))]),
    ...(sum === undefined ? [] : addFour(get(value(sum)), sums + 2 * index)),
  ];
  const one: Code = [
    ...compute(varies, (pointer) => [...get(pointer), ...simd(0x5c, ...at(2, 0))]), // the other three lanes are 0
    ...store((pointer, x) => [...get(pointer), ...x, ...simd(0x5a, ...at(2, 0), 0)]),
    ...(sum === undefined ? [] : addOne(get(value(sum)), sums)),
  ];
  const turn = Array.from({ length: vectorsPerTurn }, (_, index) => four(index)).flat();
  const step = (bytes: number): Code => [...pointers.values()].flatMap((pointer) => advance(pointer, bytes));
  const accumulators = sum === undefined ? 0 : 2 * vectorsPerTurn;
  return encodeModule({
    parameters: [valueType.i32, ...streams.map(() => valueType.i32), ...scalars.map(() => valueType.f32)],
    locals: [...steps.map(() => valueType.v128), ...Array<ValueType>(accumulators).fill(valueType.v128)],
    ...(sum === undefined ? {} : { result: valueType.f64 }),
    body: [
      ...compute(
        (s) => !varies(s),
        () => [],
      ),
      ...whileAtLeast(count, 4 * vectorsPerTurn, [...turn, ...step(16 * vectorsPerTurn)]),
      ...whileAtLeast(count, 1, [...one, ...step(4)]),
      ...(sum === undefined ? [] : total(sums, accumulators)),
    ],
  });
}

const f64x2 = { promoteLow: 0x5f, replaceLane: 0x22, extractLane: 0x21, add: 0xf0 } as const;
const highHalfTwice = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

const addTo = (sums: number, pair: Code): Code => [...get(sums), ...pair, ...simd(f64x2.add), ...set(sums)];

/** Adds the lanes of a vector, as float64, to two locals of two sums each. */
const addFour = (x: Code, sums: number): Code => [
  ...addTo(sums, [...x, ...simd(f64x2.promoteLow)]),
  ...addTo(sums + 1, [...x, ...x, ...simd(0x0d, ...highHalfTwice), ...simd(f64x2.promoteLow)]),
];

/** Adds the first lane of a vector. */
const addOne = (x: Code, sums: number): Code =>
  addTo(sums, [...x, ...simd(f64x2.promoteLow), 0x44, ...Array<number>(8).fill(0), ...simd(f64x2.replaceLane, 1)]);

/** Pushes the sum of all lanes of `count` locals. */
const total = (sums: number, count: number): Code => {
  const lane = (index: number): Code => [...get(sums), ...simd(f64x2.extractLane, index)];
  const gather = Array.from({ length: count - 1 }, (_, i) => addTo(sums, get(sums + 1 + i))).flat();
  return [...gather, ...lane(0), ...lane(1), 0xa0];
};
