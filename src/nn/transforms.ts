import type { ScopeTransform } from "./scope.ts";

/** Scope transforms that change nothing but which parameter is asked for, and whether it is trained. */

/**
 * Keeps parameters from training.
 * @param pattern of their full paths; all below the scope if absent
 * @example clip(scope.with(freeze(/^vision_model\./)), inputs, config)
 */
export const freeze =
  (pattern = /(?:)/): ScopeTransform =>
  (request, next) =>
    next(pattern.test(request.path) ? { ...request, trainable: false } : request);

/**
 * Gives parameters other full paths: `path.replace(pattern, to)`. Towards the path of another parameter, it ties the two.
 * @example scope.with(rename(/^lm_head\.weight$/, "model.embed_tokens.weight"))
 */
export const rename =
  (pattern: RegExp, to: string): ScopeTransform =>
  (request, next) =>
    next({ ...request, path: request.path.replace(pattern, to) });
