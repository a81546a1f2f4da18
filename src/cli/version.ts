import { createRequire } from "node:module";

/** Fovea's version. */
export function version(): string {
  const json: unknown = createRequire(import.meta.url)("../../package.json");
  return typeof json === "object" && json !== null && "version" in json ? String(json.version) : "unknown";
}
