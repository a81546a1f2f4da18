import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Pictures of the index, numbers of a vector, pictures that a query finds. */
export const [rows, width, found] = [20_000, 512, 10];

/** Queries that a unit of batched work asks at once. */
export const queriesAtOnce = 64;

/** Writes the vectors and queries as raw float32, of unit length, the same for every contender. */
export function writeVectors(/** @type {string} */ folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, count, seed] of /** @type {const} */ ([
    ["vectors", rows, 1],
    ["queries", queriesAtOnce, 2],
  ]))
    writeFileSync(join(folder, `${name}.f32`), new Uint8Array(unitVectors(count, seed).buffer));
}

/** Random directions, each near to one of 200: without clusters a graph has nothing to walk along. */
export function unitVectors(/** @type {number} */ count, /** @type {number} */ seed) {
  const centres = gaussian(200 * width, 7);
  const noise = gaussian(count * width, seed);
  const vectors = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const centre = (row * 7919) % 200;
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = (centres[centre * width + i] ?? 0) + 0.8 * (noise[row * width + i] ?? 0);
      vectors[row * width + i] = value;
      squares += value * value;
    }
    for (const [i, value] of vectors.subarray(row * width, (row + 1) * width).entries())
      vectors[row * width + i] = value / Math.sqrt(squares);
  }
  return vectors;
}

/** Box-Muller over a 32-bit linear congruential generator: the same everywhere. */
function gaussian(/** @type {number} */ count, /** @type {number} */ seed) {
  let state = seed >>> 0;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
