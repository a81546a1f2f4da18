const [pieces, pieceBits] = [4, 16];
const values = 1 << pieceBits;

/**
 * Finds 64-bit hashes within a Hamming distance without comparing all pairs: multi-index hashing. The hash is cut into four pieces of 16 bits.
 * Two hashes that differ in at most `r` bits differ in at most `r / 4` bits (rounded down) in one of the pieces, so it is enough to look
 * up that piece and its few neighbours in a table, and to compare what is found there.
 *
 * @see Norouzi, Punjani, Fleet 2014, "Fast exact search in Hamming space with multi-index hashing", https://arxiv.org/abs/1307.2982
 */
export class HammingIndex {
  /** `[capacity, 2]`: both words of each entry. */
  readonly #hashes: Uint32Array;
  /** `[pieces, 65536]`: the entry added last with this value of the piece, plus one; 0 if there is none. */
  readonly #heads = new Uint32Array(pieces * values);
  /** `[pieces, capacity]`: the entry added before with the same value, plus one. */
  readonly #links: Uint32Array;
  readonly #capacity: number;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#hashes = new Uint32Array(2 * capacity);
    this.#links = new Uint32Array(pieces * capacity);
  }

  /** Adds a hash of two unsigned words. @returns its number: 0, 1, 2, ... */
  add(high: number, low: number): number {
    if (this.#size === this.#capacity) throw new RangeError(`the index has room for ${this.#capacity} hashes`);
    const entry = this.#size++;
    this.#hashes[2 * entry] = high;
    this.#hashes[2 * entry + 1] = low;
    for (let piece = 0; piece < pieces; piece++) {
      const head = piece * values + pieceOf(high, low, piece);
      this.#links[piece * this.#capacity + entry] = this.#heads[head]!;
      this.#heads[head] = entry + 1;
    }
    return entry;
  }

  /**
   * Whether `test` holds for one of the entries within `radius` of a hash: it is asked for each of them at most once, until it does.
   * @param radius bits, 0 to 15; beyond 11 the tables help little
   */
  some(high: number, low: number, radius: number, test: (entry: number, distance: number) => boolean): boolean {
    const pieceRadius = Math.floor(radius / pieces);
    const masks = masksOfRadius[pieceRadius]!;
    for (let piece = 0; piece < pieces; piece++) {
      const value = pieceOf(high, low, piece);
      for (let m = 0; m < masks.length; m++) {
        let link = this.#heads[piece * values + (value ^ masks[m]!)]!;
        for (; link !== 0; link = this.#links[piece * this.#capacity + link - 1]!) {
          const entry = link - 1;
          const [a, b] = [this.#hashes[2 * entry]! ^ high, this.#hashes[2 * entry + 1]! ^ low];
          const distance = bitCount(a) + bitCount(b);
          if (distance <= radius && !wasMet(a, b, piece, pieceRadius) && test(entry, distance)) return true;
        }
      }
    }
    return false;
  }
}

/** Whether a piece before this one has led to the same entry. `a` and `b` are the bits in which it differs. */
function wasMet(a: number, b: number, piece: number, pieceRadius: number): boolean {
  for (let earlier = 0; earlier < piece; earlier++) if (bitCount(pieceOf(a, b, earlier)) <= pieceRadius) return true;
  return false;
}

const pieceOf = (high: number, low: number, piece: number): number =>
  ((piece < 2 ? high : low) >>> (piece % 2 === 0 ? pieceBits : 0)) & (values - 1);

/** All 16-bit words with at most `bits` bits set. */
function masksWithin(bits: number): readonly number[] {
  const masks = new Set([0]);
  for (let round = 0; round < bits; round++)
    for (const mask of Array.from(masks)) for (let bit = 0; bit < pieceBits; bit++) masks.add(mask | (1 << bit));
  return [...masks];
}

/** For each radius of a piece the words that it may differ in. */
const masksOfRadius = [0, 1, 2, 3].map((bits) => masksWithin(bits));

/** Number of bits set in a 32-bit word. */
export function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
