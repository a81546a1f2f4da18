import { ShapeError } from "../../platform/error.ts";

/** Scales each row of `[rows, width]` to length 1, in a new array. A row of zeros becomes NaN, which every metric here ranks last. */
export function unitRows(rows: Float32Array, width: number): Float32Array {
  const unit = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += rows[i]! ** 2;
    const length = Math.sqrt(squares);
    for (let i = start; i < start + width; i++) unit[i] = rows[i]! / length;
  }
  return unit;
}

/**
 * Cosine similarity of every row of `a` with every row of `b`.
 *
 * Each result is one sum in one order, so equal rows of `b` get exactly equal scores: ties stay ties.
 *
 * @param a     `[m, width]`, of any length: rows are scaled here.
 * @param b     `[n, width]`
 * @param width Numbers per row.
 * @returns     `[m, n]`
 * @throws {ShapeError} EMBEDDINGS_NOT_ROWS
 */
export function cosineSimilarity(a: Float32Array, b: Float32Array, width: number): Float32Array {
  const [x, y] = [unitRows(rowsOf(a, width), width), unitRows(rowsOf(b, width), width)];
  const n = y.length / width;
  const scores = new Float32Array((x.length / width) * n);
  // Four rows of `b` for each pass over a row of `a`: the inner loop loads five numbers for four products.
  for (let i = 0; i * width < x.length; i++) {
    const row = i * width;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const [y0, y1, y2, y3] = [j * width, (j + 1) * width, (j + 2) * width, (j + 3) * width];
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < width; k++) {
        const value = x[row + k]!;
        s0 += value * y[y0 + k]!;
        s1 += value * y[y1 + k]!;
        s2 += value * y[y2 + k]!;
        s3 += value * y[y3 + k]!;
      }
      scores[i * n + j] = s0;
      scores[i * n + j + 1] = s1;
      scores[i * n + j + 2] = s2;
      scores[i * n + j + 3] = s3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += x[row + k]! * y[j * width + k]!;
      scores[i * n + j] = sum;
    }
  }
  return scores;
}

/** `[m, n]` to `[n, m]`. */
export function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  return out;
}

function rowsOf(embeddings: Float32Array, width: number): Float32Array {
  if (width > 0 && embeddings.length % width === 0) return embeddings;
  throw new ShapeError(
    "EMBEDDINGS_NOT_ROWS",
    "cosineSimilarity",
    `${embeddings.length} numbers are not rows of width ${width}`,
    "pass the embedding width of the model that made them",
  );
}
