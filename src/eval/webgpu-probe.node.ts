/**
 * A program of its own: runs a small matrix product on WebGPU and prints what came of it as JSON. A driver that crashes
 * takes this process with it, and no other.
 */
import { compile } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import { FoveaError } from "../platform/error.ts";

const side = 64;

async function probe(): Promise<string | undefined> {
  const x = input("x", "float32", [side, side]);
  const session = await compile({ y: matmul(x, x) }, { device: "webgpu" });
  const { y } = await session.run({ x: hostTensor("float32", [side, side], new Float32Array(side * side).fill(1)) });
  const right = y?.data.every((value) => value === side) ?? false;
  return right ? undefined : "its results are wrong";
}

const problem = await probe().catch((error: unknown) => String(error instanceof FoveaError ? error.found : error));
process.stdout.write(JSON.stringify({ problem: problem ?? null }), () => process.exit()); // not into the driver's shutdown
