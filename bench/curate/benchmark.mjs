import { nodeContender } from "../harness/benchmark.mjs";
import { side, writePairs } from "./workload.mjs";

/** 100,000 in the demand; `FOVEA_BENCH_PAIRS=10000` for a quick look. */
const pairs = Number(process.env["FOVEA_BENCH_PAIRS"] ?? 100_000);

/** @type {import("../harness/benchmark.mjs").Benchmark} */
export const curation = {
  title: `Curation of ${pairs.toLocaleString("en-US")} pairs without models, JPEG of ${side} px`,
  unit: `${pairs.toLocaleString("en-US")} pairs`,
  pictures: pairs,
  rounds: 5,
  warmUps: 0,
  contenders: async () => [nodeContender("fovea", "curate/fovea.mjs", [await writePairs(pairs), String(pairs)])],
  bars: (results) => [
    {
      text: "pairs a second",
      wanted: 2000,
      sense: "at least",
      found: rate(results.find(({ id }) => id === "fovea")?.samples.map(({ ms }) => (pairs / ms) * 1000) ?? []),
    },
  ],
  remarks: () => [],
};

/** @type {(rates: readonly number[]) => import("../harness/statistics.mjs").Ratio | undefined} */
function rate(rates) {
  const sorted = rates.toSorted((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (min === undefined || median === undefined || max === undefined) return undefined;
  return { min, median, max, pairs: sorted.length };
}
