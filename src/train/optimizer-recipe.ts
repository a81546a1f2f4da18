import * as z from "zod";
import { adafactor } from "./optim/adafactor.ts";
import { adamW } from "./optim/adam.ts";
import type { Grouping } from "./optim/groups.ts";
import { lion } from "./optim/lion.ts";
import { muon } from "./optim/muon.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { constant, cosine, linear, warmupStableDecay, type Schedule } from "./optim/schedule.ts";
import { sgd } from "./optim/sgd.ts";

const share = z.number().min(0).max(1);

const Settings = z.strictObject({
  /** Largest learning rate. Lion wants 3 to 10 times less than AdamW, and as many times more weight decay. */
  lr: z.number().positive().default(1e-3),
  /** AdamW's moments. */
  beta1: share.default(0.9),
  beta2: share.default(0.98),
  epsilon: z.number().positive().default(1e-8),
  /** Of matrices, not of biases and norms. With SGD it is added to the gradient, where 1e-4 is usual. */
  weightDecay: z.number().min(0).default(0.1),
  /** What is different for the matrices that Muon trains: the factor of the learning rate, and the decay. */
  hidden: z
    .strictObject({ lrScale: z.number().positive().default(20), weightDecay: z.number().min(0).default(0.01) })
    .prefault({}),
  /** Factor of the learning rate for the logit scale: one number, which has far to go. */
  scaleLr: z.number().positive().default(10),
  /** Largest norm of all gradients together. */
  clip: z.number().positive().default(1),
  /** Share of the steps in which the learning rate rises to its largest. */
  warmup: share.default(0.05),
  /** SGD's momentum. */
  sgd: z.strictObject({ momentum: share.default(0.9), nesterov: z.boolean().default(false) }).prefault({}),
  /** Lion's averages: of the one that gives a step its direction, and of the one that is kept. */
  lion: z.strictObject({ beta1: share.default(0.9), beta2: share.default(0.99) }).prefault({}), // https://arxiv.org/abs/2302.06675
  /** `wsd`: share of the steps, the last ones, in which the learning rate falls. */
  cooldown: share.default(0.1), // https://arxiv.org/abs/2404.06395 section 4
});
type Settings = z.infer<typeof Settings>;

const kinds = ["adamw", "muon", "sgd", "lion", "adafactor"] as const;

/** What trains all parameters, or all that {@link groupsOf} leaves: to add an optimizer, name it above and make it here. */
const optimizers: Readonly<Record<(typeof kinds)[number], (settings: Settings) => Optimizer>> = {
  adamw: ({ beta1, beta2, epsilon }) => adamW({ betas: [beta1, beta2], eps: epsilon }),
  muon: (settings) => optimizers.adamw(settings),
  sgd: (settings) => sgd(settings.sgd),
  lion: ({ lion: { beta1, beta2 } }) => lion({ betas: [beta1, beta2] }),
  // The learning rate is the recipe's own: made neither from the step nor from the size of the weights.
  adafactor: () => adafactor({ relativeStep: false, scaleParameter: false }),
};

/** A run's length in updates, and how many of them rise and fall. */
interface Extent {
  readonly steps: number;
  readonly warmup: number;
  readonly cooldown: number;
}

const courses = ["cosine", "linear", "constant", "wsd"] as const;

/** How the learning rate goes: to add a schedule, name it above and make it here. */
const schedules: Readonly<Record<(typeof courses)[number], (peak: number, extent: Extent) => Schedule>> = {
  cosine,
  linear,
  constant,
  wsd: (peak, { steps, warmup, cooldown }) =>
    warmupStableDecay(peak, { warmup, stable: Math.max(0, steps - warmup - cooldown), decay: cooldown }),
};

/** How a run changes its weights. */
export const OptimizerRecipe = z
  .strictObject({
    /** `muon`: Muon for the matrices inside the towers, AdamW for everything else. */
    kind: z.enum(kinds).default("adamw"),
    /** How the learning rate falls after the warm-up; `wsd` stays at its largest and falls in the last steps. */
    schedule: z.enum(courses).default("cosine"),
    ...Settings.shape,
  })
  .refine(({ schedule, warmup, cooldown }) => schedule !== "wsd" || warmup + cooldown <= 1, {
    path: ["cooldown"],
    error: "warmup and cooldown are more than all steps together",
  });
/** See {@link OptimizerRecipe}. */
export type OptimizerRecipe = z.infer<typeof OptimizerRecipe>;

/** The optimizer of all parameters for which {@link groupsOf} names no other. */
export const optimizerOf = (recipe: OptimizerRecipe): Optimizer => optimizers[recipe.kind](recipe);

/** No decay for biases, norms and single vectors; Muon, where it is asked for, for the matrices inside the towers. */
export function groupsOf({ kind, weightDecay, hidden, scaleLr }: OptimizerRecipe): Grouping {
  const optimizer = muon(); // one for all, so that matrices of a shape are updated together
  return (name, { length: rank }) => {
    if (name === "logit_scale") return { lrScale: scaleLr };
    if (kind === "muon" && rank === 2 && /\.layers\.\d+\./.test(name))
      return { optimizer, lrScale: hidden.lrScale, weightDecay: hidden.weightDecay };
    return rank < 2 ? {} : { weightDecay };
  };
}

/** The learning rate at each of a run's updates. */
export function scheduleOf({ schedule, lr, warmup, cooldown }: OptimizerRecipe, steps: number): Schedule {
  const updates = (of: number): number => Math.max(1, Math.round(of * steps));
  return schedules[schedule](lr, { steps, warmup: updates(warmup), cooldown: updates(cooldown) });
}
