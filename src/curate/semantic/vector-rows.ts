/** Some or all rows of a matrix of vectors, in a given order, without a copy of them. */
export class VectorRows {
  /** `[*, width]`, row-major. */
  readonly data: Float32Array;
  /** Numbers of a vector. */
  readonly width: number;
  /** Number of vectors. */
  readonly count: number;
  readonly #rows: Uint32Array | undefined;

  /** @param rows which rows of `data` are meant, in order; all if absent */
  constructor(data: Float32Array, width: number, rows?: Uint32Array) {
    this.data = data;
    this.width = width;
    this.#rows = rows;
    this.count = rows?.length ?? data.length / width;
  }

  /** Where vector `i` begins in `data`. */
  offset(i: number): number {
    return (this.#rows === undefined ? i : this.#rows[i]!) * this.width;
  }

  /** Those of these vectors that stand at the given places. */
  subset(places: Uint32Array): VectorRows {
    const rows = this.#rows;
    return new VectorRows(this.data, this.width, rows === undefined ? places : places.map((place) => rows[place]!));
  }

  /** The vectors from `start` to before `end`, `[end - start, width]`: a view where they lie side by side, else copied into `room`. */
  block(start: number, end: number, room: Float32Array): Float32Array {
    const { data, width } = this;
    if (this.#rows === undefined) return data.subarray(start * width, end * width);
    for (let i = start; i < end; i++) {
      const from = this.offset(i);
      room.set(data.subarray(from, from + width), (i - start) * width);
    }
    return room.subarray(0, (end - start) * width);
  }

  /** Squared length of each vector, summed in float64. */
  squaredNorms(): Float64Array {
    const { data, width } = this;
    const norms = new Float64Array(this.count);
    for (let i = 0; i < norms.length; i++) {
      const from = this.offset(i);
      let sum = 0;
      for (let j = from; j < from + width; j++) sum += data[j]! * data[j]!;
      norms[i] = sum;
    }
    return norms;
  }
}

/** `1 / sqrt(x)` of each squared norm, and 0 for a vector of zeros, which has no direction. */
export const inverseNorms = (squaredNorms: Float64Array): Float64Array =>
  squaredNorms.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0));

/** A copy of the vectors, `[count, width]`, each multiplied by its factor. */
export function scaledRows(vectors: VectorRows, factors: Float64Array): Float32Array {
  const { width, count, data } = vectors;
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const [from, to, factor] = [vectors.offset(i), i * width, factors[i]!];
    for (let j = 0; j < width; j++) rows[to + j] = data[from + j]! * factor;
  }
  return rows;
}

/** A copy of a matrix with rows of unit length; rows of zeros stay. */
export function unitRows(matrix: Float32Array, width: number): Float32Array {
  const rows = new VectorRows(matrix, width);
  return scaledRows(rows, inverseNorms(rows.squaredNorms()));
}
