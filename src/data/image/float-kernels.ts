import {
  advance,
  at,
  encodeModule,
  get,
  i32,
  instantiate,
  set,
  simd,
  splat,
  valueType,
  whileAtLeast,
  type Code,
} from "../../engine/fused/wasm.ts";

/**
 * Mixes rows of bytes: `target[i] = Σ weights[t] * source[i + t * rowBytes]` over `taps` values of `t`. All but the last three are addresses.
 * Works on eight values at a time: reads up to seven bytes and writes up to seven floats beyond `count` values.
 */
export type MixRows = (
  target: number,
  source: number,
  weights: number,
  rowBytes: number,
  taps: number,
  count: number,
) => void;

/**
 * Mixes neighbouring RGB pixels of a row of floats to `count` pixels in three planes: pixel `x` is
 * `Σ weights[x * taps + t] * (the pixel at row + starts[x] + 12 t)`. `starts` are offsets in bytes, `plane` the distance of planes in bytes.
 * Reads up to four bytes beyond the row.
 */
export type MixPixels = (
  target: number,
  row: number,
  starts: number,
  weights: number,
  taps: number,
  plane: number,
  count: number,
) => void;

/** The two halves of a separable resize to floats in SIMD, on arrays of `memory`. */
export interface FloatKernels {
  readonly memory: WebAssembly.Memory;
  readonly mixRows: MixRows;
  readonly mixPixels: MixPixels;
}

/** Compiles the kernels: a few hundred bytes of WebAssembly. */
export function compileFloatKernels(): FloatKernels {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return {
    memory,
    mixRows: instantiate(rowsModule(), memory),
    mixPixels: instantiate(pixelsModule(), memory),
  };
}

// Vector instructions by their numbers in the SIMD page.
const load = simd(0x00, ...at(0, 0));
const loadSplat = simd(0x09, ...at(2, 0)); //      four copies of one float
const loadBytes = simd(0x02, ...at(0, 0)); //      eight bytes to eight 16-bit integers
const lowToInts = simd(0xa9);
const highToInts = simd(0xaa);
const toFloats = simd(0xfb);
const add = simd(0xe4);
const multiply = simd(0xe6);
const storeLane = (lane: number): Code => simd(0x5a, ...at(0, 0), lane);
const store = (offset: number): Code => simd(0x0b, ...at(0, offset));

const { i32: int, v128: vector } = valueType;
const addInts: Code = [0x6a];
const loadInt: Code = [0x28, ...at(2, 0)];
const copy = (from: number, to: number): Code => [...get(from), ...set(to)];
const advanceBy = (local: number, other: number): Code => [...get(local), ...get(other), ...addInts, ...set(local)];

function rowsModule(): Uint8Array<ArrayBuffer> {
  const [target, source, weights, rowBytes, taps, count] = [0, 1, 2, 3, 4, 5];
  const [from, weightAt, left, low, high, bytes, weight] = [6, 7, 8, 9, 10, 11, 12];
  const accumulate = (sum: number, half: Code): Code =>
    [get(sum), get(bytes), half, toFloats, get(weight), multiply, add, set(sum)].flat();
  const tap = [
    [...get(weightAt), ...loadSplat, ...set(weight)],
    [...get(from), ...loadBytes, ...set(bytes)],
    accumulate(low, lowToInts),
    accumulate(high, highToInts),
    advanceBy(from, rowBytes),
    advance(weightAt, 4),
  ].flat();
  const eightValues = [
    copy(source, from),
    copy(weights, weightAt),
    copy(taps, left),
    [...splat(0), ...set(low), ...splat(0), ...set(high)],
    whileAtLeast(left, 1, tap),
    [...get(target), ...get(low), ...store(0), ...get(target), ...get(high), ...store(16)],
    advance(source, 8),
    advance(target, 32),
  ].flat();
  return encodeModule({
    parameters: [int, int, int, int, int, int],
    locals: [int, int, int, vector, vector, vector, vector],
    body: [...advance(count, 7), ...whileAtLeast(count, 8, eightValues)],
  });
}

function pixelsModule(): Uint8Array<ArrayBuffer> {
  const [target, row, starts, weights, taps, plane, count] = [0, 1, 2, 3, 4, 5, 6];
  const [from, left, sum] = [7, 8, 9];
  const tap = [
    [...get(sum), ...get(from), ...load, ...get(weights), ...loadSplat, ...multiply, ...add, ...set(sum)],
    advance(from, 12),
    advance(weights, 4),
  ].flat();
  const planeOf = (channel: number): Code => [...get(plane), ...i32(channel), 0x6c, ...addInts];
  const pixel = [
    [...get(row), ...get(starts), ...loadInt, ...addInts, ...set(from)],
    copy(taps, left),
    [...splat(0), ...set(sum)],
    whileAtLeast(left, 1, tap),
    [0, 1, 2].flatMap((channel) => [...get(target), ...planeOf(channel), ...get(sum), ...storeLane(channel)]),
    advance(target, 4),
    advance(starts, 4),
  ].flat();
  return encodeModule({
    parameters: [int, int, int, int, int, int, int],
    locals: [int, int, vector],
    body: whileAtLeast(count, 1, pixel),
  });
}
