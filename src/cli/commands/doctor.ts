import type { Command } from "commander";
import sharp from "sharp";
import { alignColumns } from "../../eval/columns.ts";
import { diagnose } from "../../eval/diagnose.node.ts";
import { isFolder } from "../../io/hub/cache.node.ts";
import { jpegLibrary } from "../../platform/node/jpeg-library.ts";
import { addJsonOption, dataCache, hub, type JsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";
import { fovea } from "../../platform/node/package.ts";

/** `fovea doctor`. */
export function define(command: Command): void {
  command
    .addHelpText(
      "after",
      `
Example:
  $ fovea doctor`,
    )
    .action(run);
  addJsonOption(command);
}

async function run({ json }: JsonOption): Promise<void> {
  const { cacheDir, endpoint } = hub();
  const found = await diagnose({ cacheDir });
  const packages = {
    fovea: fovea().version,
    sharp: sharp.versions.sharp ?? "unknown",
    onnxruntime: found.machine.onnxruntime,
  };
  const jpeg = jpegLibrary()?.origin ?? null;
  const caches = { data: dataCache(), models: cacheDir };
  if (json) {
    printJson({ ...found, packages, jpeg, caches, endpoint });
    return;
  }
  const { machine, freeMemory, gflops, webgpu, builtIn } = found;
  const folder = async (path: string): Promise<string> => ((await isFolder(path)) ? path : `${path} (not there yet)`);
  const rows: readonly (readonly [string, string])[] = [
    ["fovea", `${packages.fovea}, Node ${machine.node}, ONNX Runtime ${packages.onnxruntime}, sharp ${packages.sharp}`],
    ["system", machine.system],
    ["processor", `${machine.processor}, ${machine.processors} in use`],
    ["memory", `${machine.memory} GiB, ${freeMemory} GiB free`],
    ["cpu", `${gflops} GFLOP/s (float32 matrix product of 1024)`],
    ["webgpu", webgpu.available ? "available: --device webgpu" : `not available: ${webgpu.reason}`],
    ["jpeg", jpeg === null ? `sharp; faster with @julusian/jpeg-turbo (Linux)` : `TurboJPEG, ${jpeg}`],
    ["built-in model", "folder" in builtIn ? builtIn.folder : `missing: ${builtIn.missing}`],
    ["data cache", await folder(caches.data)],
    ["model cache", await folder(caches.models)],
    ["hub", endpoint],
  ];
  print(...alignColumns(rows, ["left", "left"]));
}
