/** Bits that a Huffman table is looked up by at once; longer codes are rare. */
const lookupBits = 9;

/** Bytes behind a segment that may be read, not trusted: a block has at most 64 codes of 16 bits with 11 bits of value each. */
const slack = 224;

/** A Huffman table of ITU T.81, section B.2.4.2 and annex C: symbols in the order of their codes, shortest first. */
export class HuffmanTable {
  /** By the next nine bits: length of the code times 256, plus its symbol; 0 where the code is longer. */
  readonly short = new Uint16Array(1 << lookupBits);
  /** By length: the first 16 bits that are beyond the codes of this length. */
  readonly #limits = new Int32Array(17);
  /** By length: what to add to a code for the place of its symbol. */
  readonly #places = new Int32Array(17);
  readonly #symbols: Uint8Array;

  private constructor(symbols: Uint8Array) {
    this.#symbols = symbols;
  }

  /** @param counts how many codes have 1, 2, ... 16 bits; `undefined` is returned if there are not so many codes */
  static of(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | undefined {
    const table = new HuffmanTable(symbols);
    let [code, place] = [0, 0];
    for (let length = 1; length <= 16; length++) {
      table.#places[length] = place - code;
      for (let i = 0; i < counts[length - 1]!; i++, code++, place++) {
        if (length > lookupBits) continue;
        const end = (code + 1) << (lookupBits - length); // what follows the code may be anything
        for (let bits = code << (lookupBits - length); bits < end; bits++)
          table.short[bits] = (length << 8) | symbols[place]!;
      }
      if (code > 1 << length) return undefined;
      table.#limits[length] = code << (16 - length);
      code <<= 1;
    }
    return table;
  }

  /** What `short` holds, for a code of more than nine bits at the start of these 16; 0 if there is none. */
  long(bits: number): number {
    for (let length = lookupBits + 1; length <= 16; length++)
      if (bits < this.#limits[length]!)
        return (length << 8) | this.#symbols[(bits >>> (16 - length)) + this.#places[length]!]!;
    return 0;
  }
}

/** The bits between two markers, freed of the zeros that keep 0xFF from looking like a marker (T.81, section F.1.2.3). */
export class BitReader {
  /** Where to read next, in bits. It may run beyond `end` by one block: look after each. */
  at = 0;
  /** Length of the segment in bits. */
  end = 0;
  readonly view: DataView;
  readonly #bytes: Uint8Array;

  /** @param capacity length of the longest segment, in bytes */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity + slack);
    this.view = new DataView(this.#bytes.buffer);
  }

  /** Takes the segment of a file that starts here, and returns where it ends: at a marker, or at the end of the file. */
  load(file: Uint8Array, start: number): number {
    let [from, to] = [start, 0];
    for (; from < file.length; from++) {
      const byte = file[from]!;
      if (byte === 0xff && file[++from] !== 0) {
        from--;
        break;
      }
      this.#bytes[to++] = byte;
    }
    this.#bytes.fill(0, to, to + slack);
    this.at = 0;
    this.end = 8 * to;
    return from;
  }

  /** The next bits, the first one highest; 25 are sure to be there. */
  peek(): number {
    return this.view.getUint32(this.at >>> 3) << (this.at & 7);
  }

  /** The symbol of the next code, or -1 if no code begins so. */
  symbol(table: HuffmanTable): number {
    const bits = this.peek();
    const entry = table.short[bits >>> (32 - lookupBits)]! || table.long(bits >>> 16);
    this.at += entry >>> 8;
    return entry === 0 ? -1 : entry & 255;
  }

  /** The next bits as a number; at most 16. */
  take(count: number): number {
    if (count === 0) return 0;
    const value = this.peek() >>> (32 - count);
    this.at += count;
    return value;
  }

  /** The next bits as a difference or coefficient of `size` bits: half of the values are negative (T.81, table F.1 and figure F.12). */
  signed(size: number): number {
    if (size === 0) return 0;
    const value = this.take(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /**
   * Whole bytes that are left, but for a few of nothing but zeros or ones, with which some encoders fill up. The bits of a byte that was begun
   * should all be ones (T.81, section F.1.2.3), yet some encoders write zeros: they tell nothing.
   */
  get bytesLeft(): number {
    const start = (this.at + 7) >>> 3;
    let last = this.end >>> 3;
    const least = Math.max(start, last - maxFill);
    while (last > least && (this.#bytes[last - 1] === 0 || this.#bytes[last - 1] === 0xff)) last--;
    return last - start;
  }
}

/** Bytes behind a segment's last block that are taken for an encoder's filling. */
const maxFill = 32;
