import { execFileSync } from "node:child_process";
import { find, nodeContender, programOf, python, pythonContender, speedOver, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { writeCheckpoint } from "./checkpoint.mjs";
import { clipStepFlops } from "./flops.mjs";
import { batch, clip } from "./shape.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */
/** @import { Measured } from "../harness/alternate.mjs" */

/** Matrix products whose rate is the machine's own: the MLP of the vision tower, and a large one. */
const products = ["1600x192x768", "2048x2048x2048"];

const flops = clipStepFlops(clip, batch);

/** @type {Benchmark} */
export const clipStep = {
  title: "CLIP training step (forward, backward, AdamW)",
  unit: `one step of ${batch} pictures and captions, ${(flops / 1e9).toFixed(1)} GFLOP`,
  pictures: batch,
  rounds: 7,
  warmUps: 2,
  async contenders(folder, log) {
    writeCheckpoint(folder, clip, batch);
    const tuning = tunePyTorch(folder, log);
    return [
      nodeContender("fovea", "clip-step/fovea.mjs", [folder]),
      pythonContender("pytorch", "clip-step/pytorch.py", [folder, ...tuning]),
      pythonContender("pytorch-compile", "clip-step/pytorch.py", [folder, ...tuning, "--compile"]),
      nodeContender("gemm-ort", "gemm/onnxruntime.mjs", products),
      pythonContender("gemm-pytorch", "gemm/pytorch.py", products),
      nodeContender("tfjs", "clip-step/tfjs.mjs", [folder], { rounds: 5 }),
      nodeContender("jax-js", "clip-step/jax.mjs", [folder], { rounds: 5 }),
    ];
  },
  bars: (results) => [
    { text: "speed over PyTorch", sense: "at least", wanted: 1, found: speedOver(results, "pytorch") },
    { text: "speed over TensorFlow.js", sense: "at least", wanted: 5, found: speedOver(results, "tfjs") },
    { text: "speed over jax-js", sense: "at least", wanted: 5, found: speedOver(results, "jax-js") },
    ...products.map((size) => ({
      text: `share of ONNX Runtime's rate of ${size} products`,
      sense: /** @type {const} */ ("at least"),
      wanted: 0.7,
      found: shareOfProducts(results, size),
    })),
    { text: "peak memory over PyTorch's", sense: "at most", wanted: 1, found: memoryOverPyTorch(results) },
  ],
  remarks: lossRemarks,
};

/**
 * The flags of PyTorch's fastest attention and optimizer here; none if PyTorch does not run.
 *
 * @param {string} folder
 * @param {(line: string) => void} log
 */
function tunePyTorch(folder, log) {
  log("pytorch: looking for its fastest settings");
  try {
    const args = [programOf("clip-step/pytorch.py"), folder, "--calibrate"];
    const found = JSON.parse(execFileSync(python, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    if (found.missing !== undefined) return [];
    log(`pytorch: ${found.attention} attention, ${found.optimizer} AdamW: ${JSON.stringify(found.triedMs)} ms`);
    return ["--attention", found.attention, "--optimizer", found.optimizer];
  } catch {
    return []; // the contender itself will say what is wrong
  }
}

/** Fovea's model FLOPs a second over the rate of matrix products in the same round. */
function shareOfProducts(/** @type {readonly Measured[]} */ results, /** @type {string} */ size) {
  const gflops = timesOf(results, "fovea").map((ms) => flops / ms / 1e6);
  return pairedRatio(gflops, ratesOf(results, "gemm-ort", size));
}

/** @type {(results: readonly Measured[], id: string, size: string) => number[]} */
const ratesOf = (results, id, size) => find(results, id)?.samples.flatMap(({ rates }) => rates?.[size] ?? []) ?? [];

/** Over the measured steps: building and compiling the graph is not the step. */
function memoryOverPyTorch(/** @type {readonly Measured[]} */ results) {
  const [own, theirs] = ["fovea", "pytorch"].map((id) => find(results, id)?.unitPeakMb);
  return own === undefined || theirs === undefined ? undefined : pairedRatio([own], [theirs]);
}

/** Whether the contenders did the same work: their losses, step by step, against PyTorch's. */
function lossRemarks(/** @type {readonly Measured[]} */ results) {
  const reference = lossesOf(find(results, "pytorch"));
  return results
    .filter(({ id }) => id !== "pytorch")
    .flatMap((result) => {
      const differences = lossesOf(result)
        .slice(0, reference.length)
        .map((loss, i) => Math.abs(loss - (reference[i] ?? Number.NaN)));
      if (differences.length === 0) return [];
      return [
        `${result.id}: losses of ${differences.length} steps within ${Math.max(...differences).toExponential(1)} of PyTorch's`,
      ];
    });
}

/** @type {(result: Measured | undefined) => number[]} */
const lossesOf = (result) =>
  result === undefined ? [] : [...result.warmUps, ...result.samples].flatMap(({ loss }) => loss ?? []);
