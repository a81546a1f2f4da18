/**
 * Memory for batches. New memory costs the system more than the copy into it (it is handed out page by page, each cleared first), so a
 * few buffers are used in turn.
 */
export class BufferRing {
  readonly #buffers: Uint8Array[];
  #next = 0;

  /** @param count buffers that are given out before the first comes again */
  constructor(count: number) {
    this.#buffers = Array.from({ length: count }, () => new Uint8Array());
  }

  /** The next buffer, cut to `bytes`; its content is what was last written. */
  take(bytes: number): Uint8Array {
    const at = this.#next;
    this.#next = (at + 1) % this.#buffers.length;
    if (this.#buffers[at]!.length < bytes) this.#buffers[at] = new Uint8Array(bytes);
    return this.#buffers[at]!.subarray(0, bytes);
  }
}
