import { readFileSync, writeFileSync } from "node:fs";
import { speedOver } from "./benchmark.mjs";
import { median } from "./statistics.mjs";

/** @import { Benchmark, Bar } from "./benchmark.mjs" */
/** @import { Measured } from "./alternate.mjs" */
/** @import { Machine } from "./machine.mjs" */
/** @import { Ratio } from "./statistics.mjs" */

/**
 * All that one benchmark found: what the JSON file holds and the tables are made from.
 *
 * @typedef {object} Outcome
 * @property {string} id
 * @property {string} date            ISO 8601
 * @property {Machine} machine
 * @property {number} threads         of each contender
 * @property {readonly Measured[]} results
 * @property {readonly Bar[]} bars
 * @property {readonly string[]} remarks
 */

/**
 * An outcome as Markdown that is also readable on a terminal.
 *
 * @param {Benchmark} benchmark
 * @param {Outcome} outcome
 */
export function toMarkdown({ title, unit, pictures }, { date, machine, threads, results, bars, remarks }) {
  const { processor, cores, memoryGb, system, node } = machine;
  return [
    `### ${title}`,
    "",
    `${date.slice(0, 10)}; ${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}; ${threads} threads each. A unit is ${unit}.`,
    "",
    ...table([
      ["contender", "median", ...(pictures > 1 ? ["pictures/s"] : []), "Fovea is faster by", "peak memory", "notes"],
      ...results.map((result) => row(result, pictures, results)),
    ]),
    "",
    ...table([["demand", "wanted", "found", ""], ...bars.map(barRow)]),
    "",
    ...remarks.map((remark) => `- ${remark}`),
  ].join("\n");
}

/** @type {(result: Measured, pictures: number, results: readonly Measured[]) => string[]} */
function row(result, pictures, results) {
  const { id, name, notes = [], missing, failed, samples, peakMb, unitPeakMb } = result;
  const trouble = [missing && `missing: ${missing}`, failed && `failed: ${failed}`].filter(Boolean);
  const isTimed = samples.length > 0 && samples.every(({ rates }) => rates === undefined);
  const ms = median(samples.map((sample) => sample.ms));
  return [
    name ?? id,
    isTimed ? `${rounded(ms)} ms` : "",
    ...(pictures > 1 ? [isTimed ? rounded((1000 * pictures) / ms) : ""] : []),
    isTimed && !/^fovea(-|$)/.test(id) ? inWords(speedOver(results, id)) : "",
    isTimed && unitPeakMb !== undefined ? `${unitPeakMb.toFixed(0)} MB (${peakMb?.toFixed(0)} with start-up)` : "",
    [...trouble, ...rateNotes(result), ...notes].join("; ").replaceAll(/[\n|]+/g, " "),
  ];
}

/** A yardstick's median rates. */
function rateNotes(/** @type {Measured} */ { samples }) {
  const sizes = Object.keys(samples[0]?.rates ?? {});
  return sizes.map((size) => `${size}: ${rounded(median(samples.map(({ rates }) => rates?.[size] ?? NaN)))} GFLOP/s`);
}

/** To three digits, never in powers of ten. */
const rounded = (/** @type {number} */ value) => String(Number(value.toPrecision(3)));

/** @type {(bar: Bar) => string[]} */
function barRow({ text, sense, wanted, found }) {
  if (found === undefined) return [text, `${sense} ${wanted}`, "", "not measured"];
  const isMet = sense === "at least" ? found.median >= wanted : found.median <= wanted;
  return [text, `${sense} ${wanted}`, inWords(found), isMet ? "met" : "**not met**"];
}

/** @param {Ratio | undefined} ratio */
const inWords = (ratio) => {
  if (ratio === undefined) return "";
  const middle = ratio.median.toFixed(2);
  return ratio.pairs === 1 ? middle : `${middle} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`;
};

/**
 * A Markdown table with columns of even width; the first row is the head.
 * @param {readonly (readonly string[])[]} rows
 */
function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(Math.max(width, 3))).join(" | ")} |`;
  return rows.flatMap((cells, i) => (i === 0 ? [line(cells), rule] : [line(cells)]));
}

/**
 * Puts `markdown` between the `results:ID` comments of a file.
 *
 * @param {string} path
 * @param {string} id
 * @param {string} markdown
 */
export function replaceSection(path, id, markdown) {
  const [start, end] = [`<!-- results:${id} -->`, `<!-- /results:${id} -->`];
  const page = readFileSync(path, "utf8");
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no section ${start} … ${end}`);
  writeFileSync(path, `${page.slice(0, from + start.length)}\n\n${markdown}\n\n${page.slice(to)}`);
}
