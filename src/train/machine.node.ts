import { availableParallelism, cpus, release, totalmem, type as systemType } from "node:os";
import { createRequire } from "node:module";
import * as z from "zod";
import type { Machine } from "./run-record.ts";

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
