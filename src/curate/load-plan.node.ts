import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError, nearest } from "../platform/error.ts";
import { reasonOf } from "../platform/node/files.ts";
import { definePlan, type Plan } from "./plan.ts";
import { buildPlan, parsePlanSpec, setOptions, type PlanSpec } from "./plan-spec.ts";
import { presetTable } from "./preset-table.ts";
import type { StageContext } from "./stage-kind.ts";
import { stageTable } from "./stage-table.node.ts";

/**
 * A plan by the name of a preset, or from a file: JSON, or a module that exports `plan` (stages as data, or rules).
 *
 * @param settings `STAGE.OPTION=VALUE`, for plans whose stages are data
 * @throws {InputError} CURATE_PLAN_NOT_FOUND, CURATE_PLAN_NOT_LOADABLE, and what {@link parsePlanSpec}, {@link setOptions} and {@link buildPlan} throw
 */
export async function loadPlan(name: string, settings: readonly string[], context: StageContext): Promise<Plan> {
  const found = await findPlan(name);
  if ("stages" in found) return buildPlan(setOptions(found, settings), stageTable, context);
  if (settings.length === 0) return definePlan(found);
  throw new InputError(
    "CURATE_SETTING_INVALID",
    settings[0]!,
    `the plan ${found.name} is made of rules, whose options are in its code`,
    "change them there",
  );
}

async function findPlan(name: string): Promise<PlanSpec | Plan> {
  const preset = presetTable[name];
  if (preset !== undefined) return preset();
  if (!/\.(json|[cm]?[jt]s)$/.test(name)) {
    const near = nearest(name, Object.keys(presetTable));
    throw new InputError(
      "CURATE_PLAN_NOT_FOUND",
      name,
      "no preset has this name, and it is no .json, .js or .ts file",
      near === undefined ? `presets are ${Object.keys(presetTable).join(", ")}` : `did you mean ${near}?`,
    );
  }
  try {
    const value = name.endsWith(".json") ? parseJson(await readFile(name, "utf8")) : await importPlan(name);
    return isPlan(value) ? value : parsePlanSpec(value, name);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const mend = "check the file; TypeScript needs Node 22.18 or later, where older ones take .json and .mjs";
    throw new InputError("CURATE_PLAN_NOT_LOADABLE", name, reasonOf(cause), mend, { cause });
  }
}

const parseJson = (text: string): unknown => JSON.parse(text);

async function importPlan(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(resolve(path)).href);
  if (typeof module === "object" && module !== null && "plan" in module) return module.plan;
  throw new InputError("CURATE_PLAN_NOT_LOADABLE", path, "it exports no `plan`", "write `export const plan = { ... }`");
}

/** Whether a module's `plan` is made of rules: code, which is taken at its word. */
const isPlan = (value: unknown): value is Plan =>
  typeof value === "object" && value !== null && "name" in value && "rules" in value && Array.isArray(value.rules);
