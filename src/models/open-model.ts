import * as z from "zod";
import type { Scope } from "../nn/scope.ts";
import { InputError, nearest } from "../platform/error.ts";
import type { ModelCard } from "./cards/card.ts";
import { modelCards } from "./cards/registry.ts";
import type { ForwardOptions, NamedTensors } from "./model.ts";

/** A model that a `config.json` describes, its code loaded. */
export interface OpenModel {
  readonly card: ModelCard;
  /** What the model computes for these inputs, see `Model.forward`. */
  forward(scope: Scope, inputs: NamedTensors, options?: ForwardOptions): NamedTensors;
  /** The parameter that a checkpoint's tensor is for; `undefined` for one that is none, by its name. */
  parameterOf(tensor: string): string | undefined;
}

const Config = z.looseObject({ model_type: z.string().optional(), model_cfg: z.unknown().optional() });

/**
 * Opens the model that a parsed `config.json` describes; only that model's code is loaded.
 * @param where names the file in errors
 * @throws {InputError} MODEL_UNKNOWN, CONFIG_INVALID
 */
export async function openModel(json: unknown, where = "config.json"): Promise<OpenModel> {
  const { model_type, model_cfg } = parseConfig(Config, json, where);
  const type = model_type ?? (model_cfg === undefined ? undefined : "open_clip");
  const card = modelCards.find(({ modelType }) => modelType === type);
  if (card === undefined) {
    const found =
      type === undefined ? "it has no model_type" : `there is no model of model_type ${JSON.stringify(type)}`;
    throw new InputError("MODEL_UNKNOWN", where, found, insteadOf(type ?? ""));
  }
  const model = await card.load();
  const config = parseConfig(model.config, json, where);
  const { renames = [], buffers } = model;
  return {
    card,
    forward: (scope, inputs, options) => model.forward(scope, inputs, config, options),
    parameterOf: (tensor) =>
      buffers?.test(tensor) === true
        ? undefined
        : renames.reduce((name, { from, to }) => name.replace(from, to), tensor),
  };
}

/** What to do about a model type that no model has. */
function insteadOf(type: string): string {
  if (type.startsWith("siglip2"))
    return "give a SigLIP 2 of fixed resolution (its model_type is siglip), not a NaFlex one";
  const known = modelCards.map(({ modelType }) => modelType);
  const near = nearest(type, known);
  return near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
}

/**
 * What a schema makes of a parsed `config.json`.
 * @param where names the file in errors
 * @throws {InputError} CONFIG_INVALID, with every key that is wrong
 */
export function parseConfig<T>(schema: z.ZodType<T>, json: unknown, where: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues
    .map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`)
    .join("; ");
  throw new InputError("CONFIG_INVALID", where, found, "give the config.json that belongs to the weights");
}
