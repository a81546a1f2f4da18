import { existsSync } from "node:fs";
import { hostTensor } from "../engine/host-tensor.ts";
import { add } from "../engine/ops/elementwise.ts";
import { input } from "../engine/ops/leaf.ts";
import { runInChild } from "./in-child.ts";

/** Environment variables of a process, besides this one's. */
export type Environment = Readonly<Record<string, string>>;

// Debian's Chromium ships a software adapter, for machines without a graphics processor.
const chromium = "/usr/lib/chromium";
const software = { LD_LIBRARY_PATH: chromium, VK_ICD_FILENAMES: `${chromium}/vk_swiftshader_icd.json` };

/**
 * An environment in which ONNX Runtime finds a WebGPU adapter, this machine's own or else a software one; or the reason
 * why there is none.
 */
export async function findWebgpu(): Promise<{ readonly environment?: Environment; readonly reason: string }> {
  const candidates: readonly Environment[] = [{}, ...(existsSync(software.VK_ICD_FILENAMES) ? [software] : [])];
  const reasons: string[] = [];
  for (const environment of candidates) {
    const x = input("x", "float32", [2]);
    const feeds = { x: hostTensor("float32", [2], [1, 2]) };
    const answer = await runInChild({ y: add(x, 1) }, feeds, { device: "webgpu", optimize: "none" }, environment);
    if ("results" in answer) return { environment, reason: "" };
    reasons.push(answer.message.split("\n")[0]!);
  }
  return { reason: `there is no adapter: ${reasons.join("; ")}` };
}
