import type { BitReader, HuffmanTable } from "./jpeg-bits.ts";
import { corrupt, type BlockReader, type JpegScan, type ScanComponent } from "./jpeg-frame.ts";

/**
 * The root of the sum of the squares of a block's coefficients: samples from -128 to 127 give at most 8 * 128, and an encoder that lets the
 * edges of white areas ring (mozjpeg) goes up to a quarter beyond. Rounding to the quantiser's steps comes on top.
 */
export const largestNorm = 1.25 * 8 * 128;

/** Sizes of a difference of means and of a coefficient, in bits (T.81, tables F.1 and F.2). */
const [maxDcSize, maxAcSize] = [11, 10];

/** Blocks as they are in a baseline or extended sequential picture: whole ones (T.81, section F.2.2). */
export function sequentialBlocks(bits: BitReader): BlockReader {
  const { view } = bits;
  const read = (component: ScanComponent): void => {
    const ac = component.ac!;
    const { steps, squares, maxEnergy } = component.quantiser;
    let energy = (readMean(bits, component) * steps[0]!) ** 2;
    let at = bits.at;
    for (let k = 1; k < 64; k++) {
      // 25 bits are sure: the last bit of the largest value after the longest code may be missing, which is no matter.
      const window = view.getUint32(at >>> 3) << (at & 7);
      const entry = ac.short[window >>> 23]! || ac.long(window >>> 16);
      if (entry === 0) throw noCode();
      const length = entry >>> 8;
      const size = entry & 15;
      at += length + size;
      k += (entry >>> 4) & 15;
      if (size === 0) {
        if ((entry & 255) === 0) break; // end of block
        if ((entry & 255) !== 0xf0) throw noSymbol(entry & 255);
        if (k > 63) throw tooMany();
        continue;
      }
      if (k > 63) throw tooMany();
      if (size > maxAcSize) throw noSymbol(entry & 255);
      const value = (window << length) >>> (32 - size);
      const magnitude = value >>> (size - 1) === 1 ? value : (1 << size) - 1 - value;
      energy += magnitude * magnitude * squares[k]!;
    }
    bits.at = at;
    if (energy > maxEnergy) throw tooLarge();
  };
  return { read, pending: () => 0, restart: () => {} };
}

/** Blocks as a scan of a progressive picture tells of them: one bit or more of some coefficients (T.81, section G.1.2). */
export function progressiveBlocks(bits: BitReader, scan: JpegScan): BlockReader {
  if (scan.first > 0) return scan.isRefinement ? refiningBand(bits, scan) : firstBand(bits, scan);
  const readFirst = (component: ScanComponent): void => {
    const step = component.quantiser.steps[0]! << scan.shift;
    if (Math.abs(readMean(bits, component)) * step > largestNorm + step) throw tooLarge();
  };
  const readBit = (): void => void bits.at++;
  return { read: scan.isRefinement ? readBit : readFirst, pending: () => 0, restart: () => {} };
}

/** Coefficients that no scan told of before (section G.1.2.2). */
function firstBand(bits: BitReader, { first, last, shift }: JpegScan): BlockReader {
  let empty = 0; // blocks that have no more coefficients
  const read = (component: ScanComponent, block: number): void => {
    if (empty > 0) return void empty--;
    for (let k = first; k <= last; k++) {
      const symbol = readSymbol(bits, component.ac!);
      const [run, size] = [symbol >>> 4, symbol & 15];
      if (size === 0 && run < 15) {
        empty = (1 << run) - 1 + bits.take(run);
        return;
      }
      k += run;
      if (k > last) throw tooMany();
      if (size === 0) continue;
      if (size > maxAcSize) throw noSymbol(symbol);
      const step = component.quantiser.steps[k]! << shift;
      if (Math.abs(bits.signed(size)) * step > largestNorm + step) throw tooLarge();
      component.nonZero[2 * block + (k >>> 5)]! |= 1 << (k & 31);
    }
  };
  return { read, pending: () => empty, restart: () => void (empty = 0) };
}

/** One more bit of coefficients that are not zero, and those that become so by it (section G.1.2.3). */
function refiningBand(bits: BitReader, { first, last }: JpegScan): BlockReader {
  let empty = 0; // blocks of which no coefficient becomes other than zero
  const read = (component: ScanComponent, block: number): void => {
    const { nonZero } = component;
    const isNonZero = (k: number): boolean => ((nonZero[2 * block + (k >>> 5)]! >>> (k & 31)) & 1) === 1;
    let k = first;
    if (empty === 0)
      for (; k <= last; k++) {
        const symbol = readSymbol(bits, component.ac!);
        const [run, size] = [symbol >>> 4, symbol & 15];
        if (size > 1) throw noSymbol(symbol);
        if (size === 0 && run < 15) {
          empty = (1 << run) + bits.take(run); // this block, from here on, included
          break;
        }
        bits.at += size; // the sign
        for (let zeros = run; k <= last; k++)
          if (isNonZero(k)) bits.at++;
          else if (zeros-- === 0) break;
        if (k > last) throw tooMany();
        if (size === 1) nonZero[2 * block + (k >>> 5)]! |= 1 << (k & 31);
      }
    if (empty === 0) return;
    for (; k <= last; k++) if (isNonZero(k)) bits.at++;
    empty--;
  };
  return { read, pending: () => empty, restart: () => void (empty = 0) };
}

/** Reads the mean of a component's next block, in steps; it is told as a difference to the last one. */
function readMean(bits: BitReader, component: ScanComponent): number {
  const size = readSymbol(bits, component.dc!);
  if (size > maxDcSize) throw noSymbol(size);
  return (component.mean += bits.signed(size));
}

function readSymbol(bits: BitReader, table: HuffmanTable): number {
  const symbol = bits.symbol(table);
  if (symbol < 0) throw noCode();
  return symbol;
}

const noCode = (): Error => corrupt("bits that are no Huffman code");
const noSymbol = (symbol: number): Error => corrupt(`the symbol 0x${symbol.toString(16)}, which has no meaning`);
const tooMany = (): Error => corrupt("a block with more than 64 coefficients");
const tooLarge = (): Error => corrupt("coefficients larger than those of any picture");
