/** `fovea/train`: losses, optimizers, schedules, the loop. Running whole recipes is in `fovea` on Node. */
export { accumulate } from "./accumulate.ts";
export { compileGradCache } from "./grad-cache.ts";
export type { Embedded } from "./grad-cache.ts";
export { clampLogitScale } from "./losses/logit-scale.ts";
export { crossEntropy, softCrossEntropy } from "./losses/cross-entropy.ts";
export type { CrossEntropyOptions } from "./losses/cross-entropy.ts";
export { infoNce } from "./losses/info-nce.ts";
export type { InfoNceOptions } from "./losses/info-nce.ts";
export { ntXent } from "./losses/nt-xent.ts";
export { chunkedSigmoidLoss, sigmoidLoss } from "./losses/sigmoid.ts";
export { adafactor, adafactorTorch } from "./optim/adafactor.ts";
export type { AdafactorOptions, AdafactorTorchOptions } from "./optim/adafactor.ts";
export { adagrad } from "./optim/adagrad.ts";
export type { AdagradOptions } from "./optim/adagrad.ts";
export { adam, adamW } from "./optim/adam.ts";
export type { AdamOptions } from "./optim/adam.ts";
export { emaRate } from "./optim/ema.ts";
export type { EmaOptions } from "./optim/ema.ts";
export { decayMatrices } from "./optim/groups.ts";
export type { Group, Grouping } from "./optim/groups.ts";
export { lion } from "./optim/lion.ts";
export type { LionOptions } from "./optim/lion.ts";
export { muon } from "./optim/muon.ts";
export type { MuonOptions } from "./optim/muon.ts";
export { rmsprop } from "./optim/rmsprop.ts";
export type { RmspropOptions } from "./optim/rmsprop.ts";
export { sgd } from "./optim/sgd.ts";
export type { SgdOptions } from "./optim/sgd.ts";
export {
  constant,
  cosine,
  cosineRestarts,
  inverseSqrt,
  linear,
  oneCycle,
  polynomial,
  stepped,
  warmupStableDecay,
} from "./optim/schedule.ts";
export type { Schedule } from "./optim/schedule.ts";
export { createUpdater } from "./optim/updater.ts";
export type { NamedTensors, StepOptions, Updater, UpdaterOptions } from "./optim/updater.ts";
export { Doctor, examineDryBatch } from "./doctor.ts";
export type { DoctorOptions, Remark, RemarkCode } from "./doctor.ts";
export { train } from "./loop.ts";
export type { StepReport, TrainPlan } from "./loop.ts";
export { overrideRecipe, parseRecipe } from "./recipe.ts";
export type { Recipe, RecipeInput } from "./recipe.ts";
export { compileStep } from "./step.ts";
export type { Measured, Objective, Tensors, TrainStep } from "./step.ts";
