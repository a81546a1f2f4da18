import type { Command } from "commander";
import { pull } from "../../io/hub/pull.node.ts";
import { Interrupted } from "../failure.ts";
import { interruptSignal } from "../interrupt.ts";
import { addJsonOption, hub, type JsonOption } from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";

/** `fovea pull`. */
export function define(command: Command): void {
  command
    .argument("<model>", "OWNER/NAME, or OWNER/NAME@REVISION")
    .addHelpText(
      "after",
      `
Files go to the cache that all Hugging Face tools share (HF_HOME, HF_HUB_CACHE); HF_ENDPOINT names a mirror, HF_TOKEN
opens private and gated models. A download that broke off goes on where it stopped. Weights that the model has only in
PyTorch's format are taken in safetensors from the pull request by Hugging Face's bot, where there is one.

Example:
  $ fovea pull openai/clip-vit-base-patch32
  $ fovea classify dog.jpg --labels "a dog,a cat" --model openai/clip-vit-base-patch32`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(model: string, { json = false }: JsonOption): Promise<void> {
  const signal = interruptSignal();
  const progress = showProgress("pull", "MB", json, 100);
  let weights: string | undefined;
  try {
    const folder = await pull(model, {
      ...hub(),
      signal,
      onConversion: (revision) => {
        weights = revision;
        progress.note(`${model} has no safetensors: the weights are taken from ${revision}, Hugging Face's conversion`);
      },
      onProgress: ({ bytes, totalBytes }) =>
        progress.update(Math.floor((100 * bytes) / Math.max(1, totalBytes)), { items: bytes / 1e6 }),
    });
    progress.done();
    if (json) printJson({ model, folder, ...(weights !== undefined && { weights }) });
    else print(folder);
  } catch (error) {
    progress.done();
    throw signal.aborted ? new Interrupted("interrupted: run the same command again to go on") : error;
  }
}
