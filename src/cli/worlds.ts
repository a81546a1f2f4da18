import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isNameOf } from "../data/worlds/attributes.ts";
import { parseWorldSpec, presetNames, worldPresets, type WorldSpec } from "../data/worlds/spec.ts";
import { InputError, nearest } from "../platform/error.ts";
import { reasonOf } from "../platform/node/files.ts";

/**
 * A world by its preset's name, or from a file: JSON, or a module that exports `world`; `changes` override what it says.
 * @throws {InputError} WORLD_NOT_FOUND, WORLD_NOT_LOADABLE, WORLD_INVALID
 */
export async function loadWorld(name: string, changes: Readonly<Record<string, unknown>>): Promise<WorldSpec> {
  if (isNameOf(worldPresets, name)) return parseWorldSpec({ name, ...worldPresets[name], ...changes }, name);
  if (!/\.(json|[cm]?[jt]s)$/.test(name)) {
    const near = nearest(name, presetNames);
    throw new InputError(
      "WORLD_NOT_FOUND",
      name,
      "no world has this name, and it is no .json, .js or .ts file",
      near === undefined ? `worlds are ${presetNames.join(", ")}` : `did you mean ${near}?`,
    );
  }
  const spec = await readSpec(name);
  const own = basename(name).replace(/\.\w+$/, "");
  return parseWorldSpec(typeof spec === "object" && spec !== null ? { name: own, ...spec, ...changes } : spec, name);
}

async function readSpec(path: string): Promise<unknown> {
  try {
    if (path.endsWith(".json")) return JSON.parse(await readFile(path, "utf8")) as unknown;
    const module: unknown = await import(pathToFileURL(resolve(path)).href);
    if (typeof module === "object" && module !== null && "world" in module) return module.world;
  } catch (cause) {
    const mend = "check the file; TypeScript needs Node 22.18 or later, where older ones take .json and .mjs";
    throw new InputError("WORLD_NOT_LOADABLE", path, reasonOf(cause), mend, { cause });
  }
  throw new InputError("WORLD_NOT_LOADABLE", path, "it exports no `world`", "write `export const world = { ... }`");
}
