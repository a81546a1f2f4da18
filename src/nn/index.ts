/** `fovea/nn`: scopes of parameters, and layers. */
export { initialize, Scope } from "./scope.ts";
export type { Parameter, ParameterRequest, ScopeTransform } from "./scope.ts";
export { freeze, rename } from "./transforms.ts";
export { activations } from "./activations.ts";
export type { ActivationName } from "./activations.ts";
export { attend, attention, causalMask, fusedAttention, joinHeads, paddingMask, splitHeads } from "./attention.ts";
export type { AttentionConfig } from "./attention.ts";
export { constantInit, normalInit, ones, xavierUniform, zeros } from "./init.ts";
export type { Init } from "./init.ts";
export { embedding, layerNorm, linear } from "./linear.ts";
export type { LinearOptions } from "./linear.ts";
export { drawKeptPatches, keepPatches, keptCount } from "./patch-dropout.ts";
export { encoderLayers, mlp, runLastLayer, runLayers, tokenAt } from "./transformer.ts";
export type { EncoderConfig, Layer } from "./transformer.ts";
