import { BitReader, HuffmanTable } from "./jpeg-bits.ts";
import { largestNorm, progressiveBlocks, sequentialBlocks } from "./jpeg-blocks.ts";
import {
  corrupt,
  type JpegComponent,
  type JpegFrame,
  type JpegScan,
  type Quantiser,
  type ScanComponent,
} from "./jpeg-frame.ts";

/** Frames with more pixels are not followed into their scans: the memory of a progressive one grows with them. */
const maxPixels = 2 ** 28;

/**
 * Walks through a JPEG file as a decoder does, without making pixels, and throws where it finds what no encoder writes: bits that are no
 * Huffman code, too many or impossible coefficients, too few or too many units between two markers, no end marker. JPEG has no checksum, and
 * decoders go on after damage with wrong colours. What is only odd passes: zeros for padding, bytes after the end.
 *
 * Followed into their coefficients are baseline, extended sequential and progressive pictures of 8-bit samples; of others (arithmetic coding,
 * 12 bits, lossless) only the segments are looked at. Damage may pass unseen where it turns one picture's data into another's: a changed bit
 * of a coefficient's value always does.
 *
 * @see ITU T.81 (https://www.w3.org/Graphics/JPEG/itu-t81.pdf)
 * @throws {InputError} JPEG_CORRUPT
 */
export function checkJpeg(file: Uint8Array): void {
  new Walk(file).run();
}

class Walk {
  readonly #file: Uint8Array;
  readonly #bits: BitReader;
  #at = 2;
  /** `null` if this frame's scans cannot be followed. */
  #frame: JpegFrame | null | undefined;
  #restartInterval = 0;
  readonly #quantisers = new Map<number, Quantiser>();
  /** By 16 times the class (0 DC, 1 AC) plus the number. */
  readonly #tables = new Map<number, HuffmanTable>();
  /** Components that a scan has told the means of. */
  readonly #seen = new Set<number>();
  #scans = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
    this.#bits = new BitReader(file.length);
  }

  run(): void {
    for (;;) {
      const marker = this.#marker();
      if (marker === 0xd9) break; // end of image
      if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue; // alone; a restart after the last unit is only odd
      if (marker === 0xd8 || marker < 0xc0) throw corrupt(`a marker 0x${marker.toString(16)} before the end marker`);
      this.#segment(marker, this.#content());
    }
    if (this.#frame === undefined) throw corrupt("no picture before the end marker");
    for (const id of this.#frame?.components.keys() ?? [])
      if (!this.#seen.has(id)) throw corrupt(`no scan of component ${id}`);
  }

  /** Goes to the next marker and behind it. */
  #marker(): number {
    const file = this.#file;
    let at = this.#at;
    while (file[at] === 0) at++; // behind a scan, for alignment
    const isMarker = file[at] === 0xff;
    while (file[at] === 0xff) at++; // any number of these may stand before a marker
    const marker = file[at];
    if (marker === undefined) throw corrupt("no end marker");
    if (!isMarker || marker === 0) throw corrupt(`no marker at byte ${this.#at}`);
    this.#at = at + 1;
    return marker;
  }

  /** The content of the segment whose length stands here. */
  #content(): Uint8Array {
    const [high = 0, low = 0] = this.#file.subarray(this.#at, this.#at + 2);
    const [start, end] = [this.#at + 2, this.#at + 256 * high + low];
    if (end < start || end > this.#file.length)
      throw corrupt(`a segment that ends beyond the file, at byte ${this.#at}`);
    this.#at = end;
    return this.#file.subarray(start, end);
  }

  #segment(marker: number, content: Uint8Array): void {
    if (marker === 0xc4) this.#huffmanTables(content);
    else if (marker === 0xdb) this.#quantisationTables(content);
    else if (marker === 0xdd) this.#restartInterval = 256 * (content[0] ?? 0) + (content[1] ?? 0);
    else if (marker === 0xda) this.#scan(content);
    else if (marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (this.#frame !== undefined) throw corrupt("a second picture before the end marker");
      this.#frame = frameOf(marker, content);
    }
  }

  /** Section B.2.4.2. */
  #huffmanTables(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const counts = content.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = content.subarray(at + 17, at + 17 + total);
      const table = symbols.length === total ? HuffmanTable.of(counts, symbols) : undefined;
      if (table === undefined) throw corrupt("a Huffman table that is none");
      this.#tables.set(content[at]!, table);
      at += 17 + total;
    }
  }

  /** Section B.2.4.1. */
  #quantisationTables(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const bytes = content[at]! >>> 4 === 0 ? 1 : 2;
      const values = content.subarray(at + 1, at + 1 + 64 * bytes);
      const steps = new Uint16Array(64);
      const squares = new Float64Array(64);
      let sum = 0;
      for (let k = 0; k < 64; k++) {
        steps[k] = bytes === 1 ? values[k]! : 256 * values[2 * k]! + values[2 * k + 1]!;
        sum += squares[k] = steps[k]! ** 2;
      }
      if (values.length < 64 * bytes || steps.includes(0)) throw corrupt("a quantisation table that is none");
      const maxEnergy = (largestNorm + Math.sqrt(sum) / 2) ** 2;
      this.#quantisers.set(content[at]! & 15, { steps, squares, maxEnergy });
      at += 1 + 64 * bytes;
    }
  }

  #scan(header: Uint8Array): void {
    if (this.#frame === undefined) throw corrupt("a scan before the picture's header");
    this.#scans++;
    const scan = this.#frame && this.#scanOf(this.#frame, header);
    if (!this.#frame || !scan) return this.#skipScan();
    const { components } = scan;
    const alone = components.length === 1 ? components[0] : undefined; // its blocks are the units
    const units = alone ? alone.columns * alone.rows : this.#frame.units;
    const order = alone
      ? [alone]
      : components.flatMap((part) => Array<ScanComponent>(part.across * part.down).fill(part));
    const bits = this.#bits;
    const { read, pending, restart } = this.#frame.isProgressive
      ? progressiveBlocks(bits, scan)
      : sequentialBlocks(bits);
    for (let [unit, segment] = [0, 0]; ; segment++) {
      this.#at = bits.load(this.#file, this.#at);
      for (const component of components) component.mean = 0;
      restart();
      const end = this.#restartInterval === 0 ? units : Math.min(units, unit + this.#restartInterval);
      for (; unit < end; unit++) {
        for (const component of order) read(component, unit);
        if (bits.at > bits.end) throw corrupt(`scan ${this.#scans} ends after ${unit} of ${units} units`);
      }
      const left = bits.bytesLeft;
      if (left > 0 || pending() > 0)
        throw corrupt(`${left} bytes and ${pending()} blocks too many after unit ${unit} of scan ${this.#scans}`);
      if (unit === units) return;
      const marker = this.#marker();
      if (marker !== 0xd0 + (segment & 7))
        throw corrupt(`a marker 0x${marker.toString(16)} after ${unit} of ${units} units`);
    }
  }

  /** `undefined` if a table is missing that decoders may know without: Motion JPEG leaves out those of T.81, annex K. */
  #scanOf(frame: JpegFrame, header: Uint8Array): JpegScan | undefined {
    const count = header[0] ?? 0;
    const [first = 0, last = 0, bitsToldAndLeft = 0] = header.subarray(1 + 2 * count);
    const isRefinement = frame.isProgressive && bitsToldAndLeft >>> 4 !== 0;
    const needsDc = !frame.isProgressive || (first === 0 && !isRefinement);
    const needsAc = !frame.isProgressive || first > 0;
    const components: ScanComponent[] = [];
    for (let i = 0; i < count; i++) {
      const [id = 0, numbers = 0] = header.subarray(1 + 2 * i);
      const component = frame.components.get(id);
      if (component === undefined) throw corrupt(`a scan of component ${id}, which is none`);
      if (first === 0) this.#seen.add(id);
      const quantiser = this.#quantisers.get(component.quantiser);
      const [dc, ac] = [this.#tables.get(numbers >>> 4), this.#tables.get(16 | (numbers & 15))];
      if (quantiser === undefined || (needsDc && dc === undefined) || (needsAc && ac === undefined)) return undefined;
      components.push({ ...component, dc, ac, quantiser, mean: 0 });
    }
    if (count === 0 || (frame.isProgressive && (first > last || last > 63 || (first > 0 && count > 1))))
      throw corrupt(`a header of scan ${this.#scans} that is none`);
    return { components, first, last, isRefinement, shift: frame.isProgressive ? bitsToldAndLeft & 15 : 0 };
  }

  /** Goes to the next marker that is no restart. */
  #skipScan(): void {
    const file = this.#file;
    for (; this.#at < file.length; this.#at++) {
      const next = file[this.#at + 1] ?? 0;
      if (file[this.#at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) return;
    }
  }
}

/** Section B.2.2. `null` for a frame whose scans cannot be followed, or whose height only its end tells. */
function frameOf(marker: number, content: Uint8Array): JpegFrame | null {
  const [precision, high = 0, low = 0, wide = 0, narrow = 0, count = 0] = content;
  const [height, width] = [256 * high + low, 256 * wide + narrow];
  if (content.length < 6 + 3 * count || count === 0 || width === 0) throw corrupt("a picture's header that is none");
  if (marker > 0xc2 || precision !== 8 || height === 0 || width * height > maxPixels) return null;
  const parts = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0, quantiser = 0] = content.subarray(6 + 3 * i);
    return { id, across: sampling >>> 4, down: sampling & 15, quantiser };
  });
  const across = Math.max(...parts.map((part) => part.across));
  const down = Math.max(...parts.map((part) => part.down));
  if (parts.some((part) => part.across === 0 || part.down === 0)) throw corrupt("a component without samples");
  const components = new Map<number, JpegComponent>();
  for (const { id, ...part } of parts) {
    const columns = Math.ceil(Math.ceil((width * part.across) / across) / 8);
    const rows = Math.ceil(Math.ceil((height * part.down) / down) / 8);
    const nonZero = new Uint32Array(marker === 0xc2 ? 2 * columns * rows : 0);
    components.set(id, { ...part, columns, rows, nonZero });
  }
  const units = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return { isProgressive: marker === 0xc2, units, components };
}
