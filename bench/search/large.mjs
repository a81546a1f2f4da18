// Measures one large index: `node bench/search/large.mjs [ROWS]` (200,000 if absent; 512 numbers in half precision, as `fovea index`
// keeps them). Prints seconds, megabytes and how many of the ten exact neighbours the graph finds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toFloat16 } from "../../dist/io/float16.js";
import { buildGraph } from "../../dist/search/approximate.node.js";
import { writeManifest, writePart } from "../../dist/search/index-folder.node.js";
import { PictureIndex } from "../../dist/search/picture-index.node.js";
import { IndexSearcher } from "../../dist/search/search-index.node.js";
import { found, queriesAtOnce, unitVectors, width } from "./workload.mjs";

const rows = Number(process.argv[2] ?? 200_000);
const added = rows / 100;
const folder = mkdtempSync(join(tmpdir(), "fovea-large-"));
const noFacts = {
  path: null,
  caption: "",
  bytes: null,
  modified: null,
  width: null,
  height: null,
  date: null,
  metadata: "{}",
};

const megabytes = () => Math.round(process.memoryUsage().rss / 1e6);

/** @template T @param {number} times @param {() => Promise<T>} work */
async function timed(times, work) {
  /** @type {number[]} */
  const seconds = [];
  let result = await work(); // warms up
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    result = await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return { result, seconds: seconds.sort((a, b) => a - b) };
}

async function write(/** @type {number} */ from, /** @type {number} */ count) {
  const pictures = Array.from({ length: count }, (_, i) => ({ ...noFacts, key: `${from + i}`, digest: `${from + i}` }));
  return await writePart(folder, pictures, toFloat16(unitVectors(count, 100 + from)), width);
}

/** @param {readonly import("../../dist/search/index-format.js").PartEntry[]} parts */
async function open(parts, /** @type {import("../../dist/search/index-format.js").Manifest["graph"]} */ graph) {
  await writeManifest(folder, {
    format: "fovea-index-2",
    model: "",
    fingerprint: "",
    width,
    dtype: "float16",
    source: ".",
    base: ".",
    complete: true,
    sourceFiles: [],
    parts: [...parts],
    ...(graph && { graph }),
  });
  return await PictureIndex.open(folder);
}

const say = (/** @type {string} */ what, /** @type {string} */ value) => console.log(`${what.padEnd(44)} ${value}`);
const inMs = (/** @type {readonly number[]} */ seconds, per = 1) =>
  `${((seconds[Math.floor(seconds.length / 2)] ?? 0) * (1000 / per)).toFixed(2)} ms (best ${((seconds[0] ?? 0) * (1000 / per)).toFixed(2)})`;

try {
  const parts = [];
  for (let from = 0; from < rows; from += 50_000) parts.push(await write(from, Math.min(50_000, rows - from)));
  const queries = unitVectors(queriesAtOnce, 2);
  const one = queries.subarray(0, width);
  const index = await open(parts, undefined);
  let searcher = new IndexSearcher(index);
  const options = { count: found, checkFiles: false };
  say("rows", `${rows} x ${width}`);
  const cold = performance.now();
  await searcher.search(one, { ...options, method: "exact" });
  say("exact, one query, vectors from disk", `${(performance.now() - cold).toFixed(0)} ms, ${megabytes()} MB`);
  await index.load();
  const single = await timed(5, () => searcher.search(one, { ...options, method: "exact" }));
  say("exact, one query, vectors in memory", `${inMs(single.seconds)}, ${megabytes()} MB`);
  const exact = await timed(3, () => searcher.search(queries, { ...options, method: "exact" }));
  say(`exact, a query of ${queriesAtOnce}`, inMs(exact.seconds, queriesAtOnce));

  let start = performance.now();
  const graph = await buildGraph(index);
  say("graph made", `${((performance.now() - start) / 1000).toFixed(1)} s, ${megabytes()} MB`);
  searcher = new IndexSearcher(await open(parts, graph));
  const near = await timed(20, () => searcher.search(one, { ...options, method: "approximate" }));
  say("graph, one query", inMs(near.seconds));
  const all = await searcher.search(queries, { ...options, method: "approximate" });
  const hits = all.hits.map((of, i) => {
    const wanted = new Set(exact.result.hits[i]?.map(({ row }) => row));
    return of.filter(({ row }) => wanted.has(row)).length / found;
  });
  say(`recall of the graph at ${found}`, (hits.reduce((sum, hit) => sum + hit, 0) / hits.length).toFixed(3));

  start = performance.now();
  const more = await open([...parts, await write(rows, added)], graph);
  await buildGraph(more);
  say(`${added} rows more, in the graph too`, `${((performance.now() - start) / 1000).toFixed(1)} s`);
} finally {
  rmSync(folder, { recursive: true });
}
