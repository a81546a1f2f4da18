/**
 * Memory for batches. New memory costs the system more than the copy into it (it is handed out page by page, each cleared first), so a
 * few buffers are used in turn. They begin with a page: AMD's processors copy what is read from a file to other addresses at half the
 * speed (150 KB in 24 instead of 11 microseconds).
 */
export class BufferRing {
  readonly #buffers: Uint8Array[];
  readonly #isShared: boolean;
  #next = 0;

  /**
   * @param count    buffers that are given out before the first comes again
   * @param isShared whether other threads write to them
   */
  constructor(count: number, isShared = false) {
    this.#buffers = Array.from({ length: count }, () => new Uint8Array());
    this.#isShared = isShared;
  }

  /** The next buffer, cut to `bytes`; its content is what was last written. */
  take(bytes: number): Uint8Array {
    const at = this.#next;
    this.#next = (at + 1) % this.#buffers.length;
    if (this.#buffers[at]!.length < bytes) this.#buffers[at] = this.#allocate(bytes);
    return this.#buffers[at]!.subarray(0, bytes);
  }

  #allocate(bytes: number): Uint8Array {
    const pages = Math.ceil(bytes / 65_536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: this.#isShared });
    return new Uint8Array(memory.buffer);
  }
}
