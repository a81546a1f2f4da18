import type { Parameter, ScopeTransform } from "../nn/scope.ts";
import { InputError, nearest } from "../platform/error.ts";

/** Makes parameters whose names begin with one of `prefixes` constant. */
export const freezing =
  (prefixes: readonly string[]): ScopeTransform =>
  (request, next) =>
    next(prefixes.some((prefix) => request.path.startsWith(prefix)) ? { ...request, trainable: false } : request);

/**
 * Refuses a prefix that no parameter's name begins with: it would freeze nothing, in silence.
 * @throws {InputError} FREEZE_UNKNOWN
 */
export function demandFrozen(prefixes: readonly string[], parameters: readonly Pick<Parameter, "path">[]): void {
  for (const prefix of prefixes) {
    if (parameters.some(({ path }) => path.startsWith(prefix))) continue;
    const near = nearest(prefix, beginningsOf(parameters));
    const parts = [...new Set(parameters.map(({ path }) => path.split(".")[0]))];
    throw new InputError(
      "FREEZE_UNKNOWN",
      "freeze",
      `no parameter's name begins with ${JSON.stringify(prefix)}`,
      near === undefined ? `the model's parts are ${parts.join(", ")}` : `did you mean ${near}?`,
    );
  }
}

/** Every name of a parameter, a layer or a part of the model, outermost first. */
function beginningsOf(parameters: readonly Pick<Parameter, "path">[]): Set<string> {
  const beginnings = parameters.flatMap(({ path }) => {
    const keys = path.split(".");
    return keys.map((_, depth) => keys.slice(0, depth + 1).join("."));
  });
  return new Set(beginnings);
}
