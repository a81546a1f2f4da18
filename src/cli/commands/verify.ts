import type { Command } from "commander";
import { verifyTable } from "../../eval/verify/report.ts";
import { verifyFolder } from "../../eval/verify.node.ts";
import { Unmet } from "../failure.ts";
import { addJsonOption, positiveNumber, type JsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends JsonOption {
  readonly tolerance: number;
  readonly gradientTolerance: number;
}

/** `fovea verify`. */
export function define(command: Command): void {
  command
    .argument("<folder>", "a model with inputs.safetensors and outputs.safetensors of its reference implementation")
    .option("--tolerance <share>", "of outputs, of each tensor's largest value", positiveNumber, 1e-5)
    .option("--gradient-tolerance <share>", "of gradients (grads.safetensors)", positiveNumber, 1e-4)
    .addHelpText(
      "after",
      `
Computes what the reference computed and prints the largest error of each tensor. Exits with 1 if one is beyond tolerance or cannot be compared.

Example:
  $ fovea verify fixtures/golden/clip`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(folder: string, { tolerance, gradientTolerance, json }: Options): Promise<void> {
  const report = await verifyFolder(folder, { output: tolerance, gradient: gradientTolerance });
  if (json) printJson(report);
  else print(verifyTable(report).trimEnd());
  if (!report.ok) throw new Unmet("beyond tolerance");
}
