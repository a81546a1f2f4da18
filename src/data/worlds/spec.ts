import * as z from "zod";
import { InputError, nearest } from "../../platform/error.ts";
import { emojiStyles } from "../emoji/corpus.ts";
import { stylesOf } from "./cast.ts";
import type { ClipKind } from "./clips/drafts.ts";
import type { PictureKind } from "./kinds/pictures.ts";
import { factors, type Factor } from "./kinds/series.ts";
import { splitNames } from "./split.ts";

/** What an item of a world may be: a picture, a series of pictures that differ in one factor, a clip. */
export type ItemKind = PictureKind | "series" | ClipKind;

/** All kinds of items. */
export const itemKinds = [
  "objects",
  "counts",
  "relations",
  "depth",
  "signs",
  "people",
  "series",
  "motion",
  "changes",
  "physics",
] as const satisfies readonly ItemKind[];

/** A recipe of a world: what scenes it has, and how much is said about them. Every field has a value of its own if absent. */
export const WorldSpec = z.strictObject({
  /** Begins the keys of samples. */
  name: z.string().min(1).default("world"),
  /** The same seed gives the same world, to the pixel. */
  seed: z.int().nonnegative().default(0),
  split: z.enum(splitNames).default("train"),
  /** Items: a series or a pair of clips counts as one, and gives several samples. */
  count: z.int().positive().default(1000),
  /** Width and height of pictures; pixels. */
  side: z.int().min(48).max(1024).default(128),
  /** How often each kind occurs; 0 or absent: never. */
  kinds: z
    .partialRecord(z.enum(itemKinds), z.number().nonnegative())
    .refine((kinds) => Object.values(kinds).some((weight) => weight > 0), "name a kind with a weight above 0")
    .default({
      objects: 3,
      counts: 2,
      relations: 2,
      depth: 1,
      signs: 1,
      people: 1,
      series: 0.5,
      motion: 0.3,
      changes: 0.3,
      physics: 0.3,
    }),
  /** Things in a picture of `objects`, at most. */
  things: z.int().min(1).max(8).default(5),
  /** Share of emoji among things, the others being shapes. */
  emojiShare: z.number().min(0).max(1).default(0.65),
  /** Hands that draw; `stamp` needs Debian's tuxpaint-stamps-default. A split shows those of them that are its own. */
  styles: z
    .array(z.enum([...emojiStyles, "stamp"]))
    .min(1)
    .default([...emojiStyles]),
  languages: z
    .array(z.enum(["en", "ko"]))
    .min(1)
    .default(["en", "ko"]),
  /** Negative captions of a picture, at most; each is of another type. */
  negatives: z.int().min(0).max(13).default(4),
  /** Questions about a picture, at most; each is of another kind. */
  questions: z.int().min(0).max(7).default(4),
  /** Whether the pixels of each thing are told. */
  masks: z.boolean().default(true),
  /** Frames of a clip. */
  frames: z.int().min(6).max(64).default(8),
  /** Pictures of a series, at most. */
  seriesLength: z.int().min(2).max(12).default(5),
  /** What series change. */
  factors: z
    .array(z.enum(factors))
    .min(1)
    .default([...factors]),
});
/** See {@link WorldSpec}. */
export type WorldSpec = z.infer<typeof WorldSpec>;
/** A spec as it is written: every field may be absent. */
export type WorldSpecInput = z.input<typeof WorldSpec>;

/** Worlds by name. */
export const worldPresets = {
  /** Something of everything. */
  mixed: {},
  /** Pictures alone, for training. */
  pictures: { kinds: { objects: 4, counts: 2, relations: 2, depth: 1, signs: 1, people: 1 } },
  counting: { kinds: { counts: 1 } },
  relations: { kinds: { relations: 2, depth: 1, objects: 1 } },
  /** Text in pictures. */
  reading: { kinds: { signs: 1 } },
  /** One factor at a time. */
  factors: { kinds: { series: 1 }, factors: factors.filter((factor) => factor !== "gender" && factor !== "tone") },
  /** Contrast pairs of people: gender and skin tone. */
  people: { kinds: { series: 1 }, factors: ["gender", "tone"], seriesLength: 6 },
  clips: { kinds: { motion: 1, changes: 1 } },
  /** Pairs of clips, of which one breaks a law of physics. */
  physics: { kinds: { physics: 1 } },
} as const satisfies Readonly<Record<string, WorldSpecInput>>;

/** Names of {@link worldPresets}. */
export const presetNames: readonly string[] = Object.keys(worldPresets);

/**
 * Checks a spec and fills in what is absent.
 * @param where names it in messages
 * @throws {InputError} WORLD_INVALID
 */
export function parseWorldSpec(spec: unknown, where = "world"): WorldSpec {
  const parsed = WorldSpec.safeParse(spec);
  if (!parsed.success) {
    const unknown = parsed.error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
    const near = unknown.map((name) => nearest(name, Object.keys(WorldSpec.shape))).find((name) => name !== undefined);
    const found = z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " ");
    throw new InputError(
      "WORLD_INVALID",
      where,
      found,
      near === undefined ? "correct the spec" : `did you mean ${near}?`,
    );
  }
  const whole = parsed.data;
  const isEmpty = itemKinds.every((kind) => !((whole.kinds[kind] ?? 0) > 0 && isIn(whole, kind)));
  if (isEmpty || stylesOf(whole.split, whole.styles).length === 0) {
    const found = `nothing that the spec names is shown by the split "${whole.split}"`;
    throw new InputError("WORLD_INVALID", where, found, "name other kinds, styles or factors, or another split");
  }
  return whole;
}

type Shown = Pick<WorldSpec, "split" | "styles" | "factors">;

/** Whether a split has items of this kind. */
export function isIn(spec: Shown, kind: ItemKind): boolean {
  if (kind === "people") return hasPeople(spec);
  return kind !== "series" || factorsIn(spec).length > 0;
}

/** The factors that series of a split can vary. */
export const factorsIn = (spec: Shown): Factor[] =>
  spec.factors.filter((factor) => {
    if (factor === "gender" || factor === "tone") return hasPeople(spec);
    return factor !== "style" || stylesOf(spec.split, spec.styles).length > 1;
  });

/** People are drawn by vendors alone, and are never held out in combinations. */
const hasPeople = ({ split, styles }: Shown): boolean =>
  split !== "combinations" && stylesOf(split, styles).some((style) => style !== "stamp");
