// npm run bench [-- BENCHMARK|GROUP...] [--rounds N] [--without ID,ID] [--update]: measures Fovea against its peers.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clipStep } from "./clip-step/benchmark.mjs";
import { coldStart } from "./cold-start/benchmark.mjs";
import { decodedPictures, icons, packedRecords } from "./data-loader/benchmark.mjs";
import { curation } from "./curate/benchmark.mjs";
import { dataWait } from "./data-wait/benchmark.mjs";
import { dataWorlds } from "./data-worlds/benchmark.mjs";
import { embedding, embeddingFiles } from "./embedding/benchmark.mjs";
import { alternate } from "./harness/alternate.mjs";
import { threads } from "./harness/contender.mjs";
import { machine } from "./harness/machine.mjs";
import { replaceSection, toMarkdown } from "./harness/report.mjs";
import { pipeline } from "./pipeline/benchmark.mjs";
import { searchMany, searchOne } from "./search/benchmark.mjs";
import { semdedup } from "./semdedup/benchmark.mjs";

/** @import { Benchmark } from "./harness/benchmark.mjs" */
/** @import { Outcome } from "./harness/report.mjs" */

/** @type {Record<string, Benchmark>} */
const benchmarks = {
  "clip-step": clipStep,
  embedding,
  "embedding-files": embeddingFiles,
  pipeline,
  "data-loader-packed": packedRecords,
  "data-loader-jpeg": decodedPictures,
  "data-loader-icons": icons,
  "data-wait": dataWait,
  "data-worlds": dataWorlds,
  "search-one": searchOne,
  "search-many": searchMany,
  "cold-start": coldStart,
  semdedup,
  curate: curation,
};

const here = fileURLToPath(new URL(".", import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    without: { type: "string", default: "" },
    update: { type: "boolean", default: false },
  },
});

for (const id of positionals.length > 0 ? positionals.flatMap(named) : Object.keys(benchmarks)) {
  const benchmark = benchmarks[id];
  if (!benchmark) throw new Error(`no benchmark ${id}; there are ${Object.keys(benchmarks).join(", ")}`);
  const outcome = await measure(id, benchmark);
  const markdown = toMarkdown(benchmark, outcome);
  console.log(`\n${markdown}\n`);
  mkdirSync(join(here, "results"), { recursive: true });
  writeFileSync(join(here, "results", `${id}.json`), `${JSON.stringify(outcome, null, 2)}\n`);
  if (options.update) replaceSection(join(here, "README.md"), id, markdown);
}

/**
 * The benchmark of this name, or else all whose names begin with it: `data` stands for `data-wait` and the others.
 * @param {string} name
 */
function named(name) {
  const group = Object.keys(benchmarks).filter((id) => id.startsWith(`${name}-`));
  return name in benchmarks || group.length === 0 ? [name] : group;
}

/**
 * @param {string} id
 * @param {Benchmark} benchmark
 * @returns {Promise<Outcome>}
 */
async function measure(id, benchmark) {
  const log = (/** @type {string} */ line) => console.error(`${id}: ${line}`);
  const folder = mkdtempSync(join(tmpdir(), "fovea-bench-"));
  try {
    const date = new Date().toISOString();
    const without = options.without.split(",");
    const specs = (await benchmark.contenders(folder, log)).filter((spec) => !without.includes(spec.id));
    const rounds = options.rounds === undefined ? benchmark.rounds : Number(options.rounds);
    const results = await alternate(specs, { rounds, warmUps: benchmark.warmUps, log });
    return {
      id,
      date,
      machine: machine(),
      threads,
      results,
      bars: benchmark.bars(results),
      remarks: benchmark.remarks(results),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
