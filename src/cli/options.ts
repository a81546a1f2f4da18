import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { openEmbedder } from "../eval/embedder.node.ts";
import type { Embedder } from "../eval/embedder.ts";
import { hubSettings, type HubSettings } from "../io/hub/settings.ts";
import { builtInModel } from "../models/built-in.node.ts";
import type { Device } from "../platform/session.ts";

/** The options of every command that runs a model. */
export interface ModelOptions {
  readonly model: string;
  readonly device: Device;
  readonly threads?: number;
  readonly batch?: number;
  readonly exact?: boolean;
}

/** `--json`. */
export interface JsonOption {
  readonly json?: boolean;
}

/** Adds {@link ModelOptions}; `--model` only if it is no argument of the command. */
export function addModelOptions(command: Command, { model = true }: { readonly model?: boolean } = {}): Command {
  if (model)
    command.option("-m, --model <model>", "folder, Hub name or built-in name of a CLIP or SigLIP", builtInModel);
  return command
    .addOption(deviceOption())
    .option("--threads <n>", "threads inside one operator (all cores)", wholeNumber)
    .option("--batch <n>", "pictures or texts at once (32)", wholeNumber)
    .option("--exact", "resize pictures to the bit as the model's reference does: slower");
}

/** `--device`. */
export const deviceOption = (): Option =>
  new Option("--device <device>", "where to compute").choices(["cpu", "webgpu"]).default("cpu");

/** Adds `--json`. */
export const addJsonOption = (command: Command): Command => command.option("--json", "print JSON, for machines");

/** Opens the model that options name. */
export const openModel = ({ model, exact, ...options }: ModelOptions): Promise<Embedder> =>
  openEmbedder(model, { ...options, resize: exact ? "exact" : "fast", cacheDir: hub().cacheDir });

/** The Hub and its cache, as the environment says. */
export const hub = (): HubSettings => hubSettings(process.env, homedir());

/** Parses a whole number above 0. @throws {InvalidArgumentError} */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("It is no whole number above 0.");
  return number;
}

/** Parses a number above 0. @throws {InvalidArgumentError} */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError("It is no number above 0.");
  return number;
}

/** Collects an option that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Where prepared data is kept: `FOVEA_CACHE`, or `fovea` in the user's cache folder. */
export const dataCache = (): string =>
  process.env["FOVEA_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "fovea");
