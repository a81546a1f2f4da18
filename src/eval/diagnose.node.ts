import { execFile } from "node:child_process";
import { freemem } from "node:os";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { compile } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import { builtInModel, findModel } from "../models/built-in.node.ts";
import { FoveaError } from "../platform/error.ts";
import { describeMachine } from "../train/machine.node.ts";
import type { Machine } from "../train/run-record.ts";

/** What a machine offers, and what is there. */
export interface Diagnosis {
  readonly machine: Machine;
  /** GiB. */
  readonly freeMemory: number;
  /** Rate of a float32 matrix product of 1024 on the CPU: 10⁹ operations a second, the best of several. */
  readonly gflops: number;
  readonly webgpu: { readonly available: true } | { readonly available: false; readonly reason: string };
  /** Folder of the built-in model's weights, or why there is none. */
  readonly builtIn: { readonly folder: string } | { readonly missing: string };
}

/** Looks at this machine; takes a second or two. */
export async function diagnose(cache: { readonly cacheDir: string }): Promise<Diagnosis> {
  const webgpu = await probeWebGpu();
  return {
    machine: describeMachine(),
    freeMemory: Math.round((freemem() / 2 ** 30) * 10) / 10,
    gflops: await productRate(),
    webgpu,
    builtIn: await findModel(builtInModel, cache).then(
      (folder) => ({ folder }),
      (error: unknown) => ({ missing: error instanceof FoveaError ? error.found : String(error) }),
    ),
  };
}

const side = 1024;

async function productRate(): Promise<number> {
  const matrix = (name: string) => input(name, "float32", [side, side]);
  const session = await compile({ y: matmul(matrix("a"), matrix("b")) });
  const [a, b, y] = ["a", "b", "y"].map(() => hostTensor("float32", [side, side]));
  let best = Infinity; // milliseconds
  for (let run = 0; run < 8; run++) {
    const start = performance.now();
    await session.run({ a: a!, b: b! }, { y: y! });
    best = Math.min(best, performance.now() - start);
  }
  await session.dispose();
  return Math.round((2 * side ** 3) / best / 1e6);
}

const Answer = z.object({ problem: z.string().nullable() });

async function probeWebGpu(): Promise<Diagnosis["webgpu"]> {
  const program = fileURLToPath(new URL("webgpu-probe.node.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 30_000 });
    const { problem } = Answer.parse(JSON.parse(stdout));
    return problem === null ? { available: true } : { available: false, reason: problem.split("\n")[0] ?? problem };
  } catch (error) {
    return {
      available: false,
      reason: `the probe ended early: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
