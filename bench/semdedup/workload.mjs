import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Numbers of a vector. */
export const width = 512;

/** Vectors of the full benchmark, and of the one that shows how cost grows. */
export const full = 1_000_000;
export const tenth = 100_000;

export const clusters = 1000;

/** Rounds of k-means, on all vectors; a last assignment follows. */
export const rounds = 4;

/** Duplicates have a cosine similarity above 1 - epsilon. */
export const epsilon = 0.05;

/** Groups that the vectors are drawn around; a tenth of the vectors are near copies of an earlier one. */
const groups = 3000;

/**
 * Writes `count` unit vectors as float32, the same on every run: around group centres, with near duplicates.
 * @param {string} path
 * @param {number} count
 */
export function writeVectors(path, count) {
  let state = 12345;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32; // quick, and good enough here
  const noise = () => random() + random() + random() + random() - 2; // nearly normal, variance 1/3
  const centers = Float32Array.from({ length: groups * width }, noise);
  const block = new Float32Array(1000 * width);
  const file = openSync(path, "w");
  for (let start = 0; start < count; start += 1000) {
    for (let row = 0; row < 1000; row++) {
      const isCopy = row > 0 && row % 10 === 0;
      const center = Math.floor(random() * groups) * width;
      const original = (row - 1 - Math.floor(random() * 9)) * width; // of the nine before
      let square = 0;
      for (let j = 0; j < width; j++) {
        const base = isCopy ? (block[original + j] ?? 0) : 0.8 * (centers[center + j] ?? 0);
        const value = base + (isCopy ? 0.008 : 1) * noise();
        block[row * width + j] = value;
        square += value * value;
      }
      const unit = block.subarray(row * width, (row + 1) * width);
      unit.set(unit.map((x) => x / Math.sqrt(square)));
    }
    writeSync(file, new Uint8Array(block.buffer));
  }
  closeSync(file);
}

/**
 * Reads the first `count` vectors.
 * @param {string} path
 * @param {number} count
 */
export function readVectors(path, count) {
  const vectors = new Float32Array(count * width);
  const bytes = new Uint8Array(vectors.buffer);
  const file = openSync(path, "r");
  for (let at = 0; at < bytes.length;) at += readSync(file, bytes, at, Math.min(2 ** 26, bytes.length - at), at);
  closeSync(file);
  return vectors;
}
