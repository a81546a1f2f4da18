/**
 * A set of 64-bit hashes in 12 to 24 bytes each, for lists of hundreds of millions of rows. Two different things have the same hash with a
 * probability of n^2 / 2^65: 1 in 3,700 that it happens once among a hundred million.
 */
export class Fingerprints {
  #slots = new BigUint64Array(1024); // open addressing; 0 is free
  #count = 0;

  /** Adds a hash; whether it is new. */
  add(hash: bigint): boolean {
    if (3 * this.#count > 2 * this.#slots.length) this.#grow();
    const slot = find(this.#slots, hash || 1n);
    if (this.#slots[slot] !== 0n) return false;
    this.#slots[slot] = hash || 1n;
    this.#count++;
    return true;
  }

  #grow(): void {
    const slots = new BigUint64Array(2 * this.#slots.length);
    for (const hash of this.#slots) if (hash !== 0n) slots[find(slots, hash)] = hash;
    this.#slots = slots;
  }
}

/** Where a hash is, or the free slot for it. */
function find(slots: BigUint64Array, hash: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(hash & BigInt(mask));
  while (slots[slot] !== 0n && slots[slot] !== hash) slot = (slot + 1) & mask;
  return slot;
}
