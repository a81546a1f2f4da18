/**
 * Counter-based random numbers: a stream is a pure function of its key, so the numbers of step 1000 need not wait for
 * those of step 999, any number of workers draws the same ones, and a resumed run repeats them bit for bit.
 *
 * The generator is Threefry-2x32 with 20 rounds.
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", https://doi.org/10.1145/2063384.2063405
 */

/** Names one stream of random numbers: two unsigned 32-bit words. */
export type Key = readonly [number, number];

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Threefry-2x32-20: encrypts the counter `(c0, c1)` with `key`; both words of the result are uniform unsigned 32-bit integers. */
export function threefry([k0, k1]: Key, c0: number, c1: number): [number, number] {
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bda] as const;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = rotations[round % 8]!;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]!) | 0;
      x1 = (x1 + schedule[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** The key of a seed (any safe integer). */
export const key = (seed: number): Key => [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];

/** A key for each of the given parts in turn, e.g. `fold(run, epoch, sample)`: independent streams, no state. A string part names a purpose. */
export function fold(from: Key, ...parts: readonly (number | string)[]): Key {
  let folded = from;
  for (const part of parts) {
    const word = typeof part === "number" ? part : fnv1a(part);
    folded = threefry(folded, word >>> 0, Math.floor(word / 2 ** 32) >>> 0);
  }
  return folded;
}

/** FNV-1a hash of a string's UTF-16 units: an unsigned 32-bit integer. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** `count` unsigned 32-bit integers. */
export function bits(from: Key, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i += 2) {
    const [a, b] = threefry(from, i >>> 1, 0);
    words[i] = a;
    if (i + 1 < count) words[i + 1] = b;
  }
  return words;
}

/** `count` numbers of [0, 1), on a grid of 2^-24, so that each is exact in float32. */
export function uniform(from: Key, count: number): Float32Array {
  return Float32Array.from(bits(from, count), (word) => (word >>> 8) * 2 ** -24);
}

/** `count` numbers of the standard normal distribution (Box-Muller). */
export function normal(from: Key, count: number): Float32Array {
  const words = bits(from, count + (count & 1));
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(((words[i]! >>> 8) + 1) * 2 ** -24));
    const angle = 2 * Math.PI * (words[i + 1]! >>> 8) * 2 ** -24;
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** One integer of [0, below). */
export const integer = (from: Key, below: number): number => Math.floor((threefry(from, 0, 0)[0] / 2 ** 32) * below);

/** The numbers 0 to `count - 1` in random order (Fisher-Yates). */
export function permutation(from: Key, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const words = bits(from, count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
