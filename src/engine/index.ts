/** `fovea/engine`: symbolic tensors, ops, gradients, ONNX, sessions, random numbers. */
export { Tensor } from "./tensor.ts";
export type { Axes, Node, NodeOf, NoAttrs, OpDef } from "./tensor.ts";
export type { Shape, TensorType } from "./shape.ts";
export { hostTensor } from "./host-tensor.ts";
export type { ArrayOf, Device, DType, HostTensor, Session, SessionOptions } from "../platform/session.ts";
export { compile, evaluate } from "./compile.ts";
export type { CompileOptions } from "./compile.ts";
export { grad, vjp } from "./autodiff.ts";
export { checkpoint } from "./checkpoint.ts";
export { apply, applyOne, defineOp } from "./define-op.ts";
export { badShape, demand } from "./shape.ts";
export { lower, toOnnx } from "./onnx/lower.ts";
export type { LowerOptions } from "./onnx/lower.ts";
export { anyExtent, dynamicModel } from "./onnx/dynamic.ts";
export type { TracedExtents } from "./onnx/dynamic.ts";
export { encodeModel } from "./onnx/model-proto.ts";
export type { ModelProto } from "./onnx/model-proto.ts";
export { bits, fold, integer, key, normal, permutation, uniform } from "./random.ts";
export type { Key } from "./random.ts";
export { gelu, geluTanh, quickGelu, silu } from "./ops/activation.ts";
export { attention, rotary } from "./ops/attention.ts";
export type { AttentionOptions } from "./ops/attention.ts";
export { expand, sum, sumTo } from "./ops/broadcast.ts";
export type { ReduceOptions } from "./ops/broadcast.ts";
export { batchNorm, batchNormTraining, groupNorm } from "./ops/channel-norm.ts";
export type { BatchNormState } from "./ops/channel-norm.ts";
export { conv, convTranspose } from "./ops/conv.ts";
export type { ConvOptions, ConvTransposeOptions, WindowOptions } from "./ops/conv.ts";
export {
  abs,
  add,
  addAll,
  and,
  cast,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  pow,
  reciprocal,
  relu,
  round,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  stopGradient,
  straightThrough,
  sub,
  tanh,
  where,
} from "./ops/elementwise.ts";
export { eye, gather, gatherRows, iota, oneHot, scatterAdd, takeAlong, topK } from "./ops/gather.ts";
export { concat, flip, pad, reshape, roll, slice, split, stack, transpose } from "./ops/layout.ts";
export { constant, full, hostConstant, input, zerosLike } from "./ops/leaf.ts";
export type { Operand } from "./ops/leaf.ts";
export { affine, matmul } from "./ops/matmul.ts";
export type { ProductOptions } from "./ops/matmul.ts";
export { l2Normalize, layerNorm, logSoftmax, rmsNorm, softmax } from "./ops/normalize.ts";
export { avgPool, maxPool } from "./ops/pool.ts";
export type { PoolOptions } from "./ops/pool.ts";
export { argMax, cumulativeSum, logSumExp, max, mean, min, sumSquares, weightedMean } from "./ops/reduce.ts";
export type { CumulativeOptions } from "./ops/reduce.ts";
export { resize } from "./ops/resize.ts";
export type { Interpolation } from "./ops/resize.ts";
