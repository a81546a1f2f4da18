import {
  advance,
  at,
  encodeModule,
  get,
  i32,
  instantiate,
  set,
  simd,
  valueType,
  whileAtLeast,
  type Code,
  type ValueType,
} from "../../engine/fused/wasm.ts";

/** Fixed-point weights have this many fractional bits: the most at which a weight of 1 fits 16 bits with its sign. */
export const weightBits = 14;

/** Taps are worked on by so many: rows of weights are padded to a multiple with zeros. */
export const tapsAtOnce = 4;

/** Pixels are made by so many: there are weights and starts, of any valid value, up to a multiple. */
export const pixelsAtOnce = 4;

/**
 * Mixes neighbouring RGB pixels of a row to `count` pixels of four bytes, the last of no meaning: pixel `x` is
 * `Σ weights[x * taps + t] * (the pixel at row + starts[x] + 3 t)`, rounded. Weights are 16-bit fixed-point numbers, `taps` a multiple of
 * {@link tapsAtOnce}; `starts` are offsets in bytes. Reads up to 4 bytes beyond the last pixel, and writes up to
 * {@link pixelsAtOnce} - 1 pixels beyond `count`.
 */
export type MixAcross = (
  target: number,
  row: number,
  starts: number,
  weights: number,
  taps: number,
  count: number,
) => void;

/**
 * Mixes rows of pixels of four bytes to a row in three planes: `target[x]` is `Σ weights[t] * source[4 x + t * rowBytes]`, rounded. Works
 * on four pixels at a time, and writes up to three beyond `count`; `taps` is a multiple of {@link tapsAtOnce}.
 */
export type MixDown = (
  target: number,
  source: number,
  weights: number,
  rowBytes: number,
  taps: number,
  plane: number,
  count: number,
) => void;

/** The two halves of a separable resize of 8-bit pictures, rounded in between as Pillow does; on arrays of `memory`. */
export interface ByteKernels {
  readonly memory: WebAssembly.Memory;
  readonly mixAcross: MixAcross;
  readonly mixDown: MixDown;
}

/** Compiles the kernels: some hundred bytes of WebAssembly. */
export function compileByteKernels(): ByteKernels {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return { memory, mixAcross: instantiate(acrossModule(), memory), mixDown: instantiate(downModule(), memory) };
}

// Vector instructions by their numbers in the SIMD page.
const load = (offset = 0): Code => simd(0x00, ...at(0, offset));
const loadSplat = (offset: number): Code => simd(0x09, ...at(0, offset)); // four copies of two 16-bit weights
const store = simd(0x0b, ...at(0, 0));
const storeLane = (lane: number): Code => simd(0x5a, ...at(0, 0), lane); //  four bytes
const shuffle = (lanes: readonly number[]): Code => simd(0x0d, ...lanes);
const constant = (bytes: readonly number[]): Code => simd(0x0c, ...bytes);
const swizzle = simd(0x0e); //                                         bytes by their places, zero for those beyond
const widenLow = simd(0x89); //                                              eight bytes to eight 16-bit integers
const widenHigh = simd(0x8a);
const dot = simd(0xba); //                                             sums of the products of neighbours, 32-bit
const add = simd(0xae);
const shiftRight = simd(0xac);
const toShorts = simd(0x86); //                                        saturating
const toBytes = simd(0x66);

const { i32: int, v128: vector } = valueType;
const addInts: Code = [0x6a];
const loadInt = (offset: number): Code => [0x28, ...at(2, offset)];
const copy = (from: number, to: number): Code => [...get(from), ...set(to)];
const advanceBy = (local: number, other: number): Code => [...get(local), ...get(other), ...addInts, ...set(local)];

/** Half a unit of the result, so that the shift rounds. */
const half: Code = [...i32(1 << (weightBits - 1)), ...simd(0x11)];
const rounded = (sum: number): Code => [...get(sum), ...i32(weightBits), ...shiftRight];

/** A place beyond every vector: a swizzle gives zero. One with a constant is a single instruction, a shuffle with a vector of zeros ten. */
const zero = 0x80;

function acrossModule(): Uint8Array<ArrayBuffer> {
  const [target, row, starts, weights, taps, count] = [0, 1, 2, 3, 4, 5];
  const [step, left, pixels] = [6, 7, 8];
  const makers = Array.from({ length: pixelsAtOnce }, (_, i) => ({ from: 9 + i, weightAt: 13 + i, sum: 17 + i }));
  /** Two pixels as pairs of channels in 16 bits: r r' g g' b b' 0 0. */
  const pairsAt = (first: number): Code => [
    ...constant(
      [0, 1, 2].flatMap((channel) => [first + channel, zero, first + 3 + channel, zero]).concat(Array(4).fill(zero)),
    ),
    ...swizzle,
  ];
  type Maker = (typeof makers)[number];
  const addPair = ({ weightAt, sum }: Maker, first: number, offset: number): Code =>
    [
      [...get(pixels), ...pairsAt(first)],
      [...get(weightAt), ...loadSplat(offset), ...dot],
      [...get(sum), ...add, ...set(sum)],
    ].flat();
  const begin = ({ from, weightAt, sum }: Maker, i: number): Code =>
    [
      [...get(row), ...get(starts), ...loadInt(4 * i), ...addInts, ...set(from)],
      copy(weights, weightAt),
      advanceBy(weights, step),
      [...half, ...set(sum)],
    ].flat();
  const fourTaps = (maker: Maker): Code =>
    [
      [...get(maker.from), ...load(), ...set(pixels)],
      addPair(maker, 0, 0),
      addPair(maker, 6, 4),
      advance(maker.from, 12),
      advance(maker.weightAt, 8),
    ].flat();
  const [first, second, third, fourth] = makers.map(({ sum }) => rounded(sum));
  const fourPixels = [
    makers.flatMap(begin),
    copy(taps, left),
    whileAtLeast(left, tapsAtOnce, makers.flatMap(fourTaps)),
    [...get(target), ...first!, ...second!, ...toShorts, ...third!, ...fourth!, ...toShorts, ...toBytes, ...store],
    advance(target, 4 * pixelsAtOnce),
    advance(starts, 4 * pixelsAtOnce),
  ].flat();
  return encodeModule({
    parameters: [int, int, int, int, int, int],
    locals: [int, int, vector, ...Array<ValueType>(8).fill(int), ...Array<ValueType>(4).fill(vector)],
    body: [
      ...get(taps),
      ...i32(2),
      0x6c,
      ...set(step),
      ...advance(count, pixelsAtOnce - 1),
      ...whileAtLeast(count, pixelsAtOnce, fourPixels),
    ],
  });
}

function downModule(): Uint8Array<ArrayBuffer> {
  const [target, source, weights, rowBytes, taps, plane, count] = [0, 1, 2, 3, 4, 5, 6];
  const [from, weightAt, left, upper, lower, weight, sums] = [7, 8, 9, 10, 11, 12, [13, 14, 15, 16]] as const;
  /** Bytes of two rows in turn: those of the first two pixels, or of the last two. */
  const interleave = (first: number): Code =>
    shuffle(Array.from({ length: 8 }, (_, i) => [first + i, 16 + first + i]).flat());
  const addPixel = (first: number, widen: Code, sum: number): Code =>
    [
      [...get(upper), ...get(lower), ...interleave(first), ...widen],
      [...get(weight), ...dot, ...get(sum), ...add, ...set(sum)],
    ].flat();
  const twoTaps = [
    [...get(weightAt), ...loadSplat(0), ...set(weight)],
    [...get(from), ...load(), ...set(upper)],
    advanceBy(from, rowBytes),
    [...get(from), ...load(), ...set(lower)],
    advanceBy(from, rowBytes),
    addPixel(0, widenLow, sums[0]),
    addPixel(0, widenHigh, sums[1]),
    addPixel(8, widenLow, sums[2]),
    addPixel(8, widenHigh, sums[3]),
    advance(weightAt, 4),
  ].flat();
  const bytes: Code = [
    [...rounded(sums[0]), ...rounded(sums[1]), ...toShorts],
    [...rounded(sums[2]), ...rounded(sums[3]), ...toShorts, ...toBytes],
  ].flat();
  /** Four pixels of four bytes to four reds, four greens, four blues. */
  const planar = shuffle([0, 1, 2, 3].flatMap((channel) => [0, 4, 8, 12].map((pixel) => pixel + channel)));
  const storePlane = (channel: number): Code => [
    ...get(target),
    ...get(plane),
    ...i32(channel),
    0x6c,
    ...addInts,
    ...get(upper),
    ...storeLane(channel),
  ];
  const fourPixels = [
    copy(source, from),
    copy(weights, weightAt),
    copy(taps, left),
    sums.flatMap((sum) => [...half, ...set(sum)]),
    whileAtLeast(left, 2, twoTaps),
    [...bytes, ...set(upper), ...get(upper), ...get(upper), ...planar, ...set(upper)],
    [0, 1, 2].flatMap(storePlane),
    advance(source, 16),
    advance(target, 4),
  ].flat();
  return encodeModule({
    parameters: [int, int, int, int, int, int, int],
    locals: [int, int, int, vector, vector, vector, vector, vector, vector, vector],
    body: [...advance(count, 3), ...whileAtLeast(count, 4, fourPixels)],
  });
}
