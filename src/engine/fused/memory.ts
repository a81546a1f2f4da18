/** Arrays that kernels can run on together. */
export interface SharedArrays {
  readonly memory: WebAssembly.Memory;
  /** Zeros; each array starts at a multiple of 64 bytes, a cache line. */
  readonly arrays: readonly Float32Array[];
}

const lineBytes = 64;
const pageBytes = 65_536;

/** Lengths are rounded up to this many float32 so that arrays cut into parts keep each part on a cache line. */
export const floatsPerLine = lineBytes / Float32Array.BYTES_PER_ELEMENT;

/**
 * Allocates float32 arrays in WebAssembly memory, where ONNX Runtime reads and writes them too. A memory never grows,
 * so its arrays stay valid.
 *
 * @param sets     lengths of arrays; those of one set share a memory
 * @param maxBytes of one memory; 4 GiB, which is as far as its 32-bit addresses reach
 * @throws {RangeError} if a set does not fit into one memory, or the machine has too little
 */
export function allocate(sets: readonly (readonly number[])[], maxBytes = 2 ** 32): SharedArrays[] {
  const sizes = sets.map((lengths) => lengths.reduce((bytes, length) => bytes + paddedBytes(length), 0));
  const memories: { bytes: number; sets: number[] }[] = [];
  for (const [set, bytes] of sizes.entries()) {
    if (bytes > maxBytes) throw new RangeError(`${bytes} bytes of arrays do not fit into a memory of ${maxBytes}`);
    const last = memories.at(-1);
    if (last !== undefined && last.bytes + bytes <= maxBytes) {
      last.sets.push(set);
      last.bytes += bytes;
    } else memories.push({ bytes, sets: [set] });
  }
  return memories.flatMap(({ bytes, sets: placed }) => {
    const pages = Math.ceil(bytes / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    let offset = 0;
    return placed.map((set) => {
      const arrays = sets[set]!.map((length) => {
        const array = new Float32Array(memory.buffer, offset, length);
        offset += paddedBytes(length);
        return array;
      });
      return { memory, arrays };
    });
  });
}

const paddedBytes = (length: number): number => Math.ceil(length / floatsPerLine) * lineBytes;
