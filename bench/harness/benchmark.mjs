import { pairedRatio } from "./statistics.mjs";

/** @import { ContenderSpec } from "./contender.mjs" */
/** @import { Measured } from "./alternate.mjs" */

/**
 * One row of the speed table of the project: a piece of work, who does it, and what Fovea must reach.
 *
 * @typedef {object} Benchmark
 * @property {string} title
 * @property {string} unit       what a contender does once a round
 * @property {number} pictures   in a unit, for the column of pictures a second; 0 if the work is not counted so
 * @property {number} rounds     at least 5
 * @property {number} warmUps
 * @property {(folder: string, log: (line: string) => void) => Promise<ContenderSpec[]>} contenders
 *   makes what the contenders need (in `folder`, a temporary one) and says how to start them; Fovea's has the id `fovea`
 * @property {(results: readonly Measured[]) => readonly Bar[]} bars
 * @property {(results: readonly Measured[]) => readonly string[]} remarks what the numbers do not say
 *
 * @typedef {object} Bar
 * @property {string} text              the demand in words
 * @property {number} wanted
 * @property {"at least" | "at most"} sense
 * @property {import("./statistics.mjs").Ratio | undefined} found undefined if a side of the comparison did not run
 */

/** Path of a contender's program beside this folder. */
export const programOf = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url).pathname;

/** @type {(id: string, path: string, args?: readonly string[], rest?: { rounds?: number }) => ContenderSpec} */
export const nodeContender = (id, path, args = [], rest = {}) => ({
  id,
  command: process.execPath,
  args: [programOf(path), ...args],
  ...rest,
});

/** The Python that the PyTorch contenders run in. */
export const python = process.env["FOVEA_BENCH_PYTHON"] ?? "python3";

/** @type {(id: string, path: string, args?: readonly string[], rest?: { rounds?: number }) => ContenderSpec} */
export const pythonContender = (id, path, args = [], rest = {}) => ({
  id,
  command: python,
  args: [programOf(path), ...args],
  ...rest,
});

/** How many times as fast as contender `id` Fovea was, at the same work: `fovea-large` beside `torch-large`. */
export const speedOver = (/** @type {readonly Measured[]} */ results, /** @type {string} */ id) =>
  pairedRatio(timesOf(results, id), timesOf(results, counterpart(results, id)));

/** The contender of Fovea's whose name ends as `id` does, with as much as possible; `fovea` itself if no other does. */
const counterpart = (/** @type {readonly Measured[]} */ results, /** @type {string} */ id) =>
  results
    .map((result) => result.id)
    .filter((own) => own.startsWith("fovea-") && id.endsWith(own.slice("fovea".length)))
    .reduce((best, own) => (own.length > best.length ? own : best), "fovea");

/** Milliseconds of contender `id`, one a round. */
export const timesOf = (/** @type {readonly Measured[]} */ results, /** @type {string} */ id) =>
  find(results, id)?.samples.map(({ ms }) => ms) ?? [];

/** The results of contender `id`. */
export const find = (/** @type {readonly Measured[]} */ results, /** @type {string} */ id) =>
  results.find((result) => result.id === id);
