import { availableParallelism, cpus, release, totalmem, type as systemType } from "node:os";
import { createRequire } from "node:module";
import { z } from "zod";

/** What a run was computed on and with. */
export interface Machine {
  readonly processor: string;
  /** Processors that this process may use. */
  readonly processors: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
}

/** Describes this machine. */
export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  processors: availableParallelism(),
  memory: Math.round(totalmem() / 2 ** 30),
  system: `${systemType()} ${release()} ${process.arch}`,
  node: process.versions.node,
  onnxruntime: packageVersion("onnxruntime-node"),
});

function packageVersion(name: string): string {
  const json: unknown = createRequire(import.meta.url)(`${name}/package.json`);
  return z.object({ version: z.string() }).parse(json).version;
}
