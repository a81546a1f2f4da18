import { z } from "zod";
import { InputError, nearest } from "../platform/error.ts";
import type { Embedder } from "../eval/embedder.ts";
import type { Rule } from "./stage.ts";

/** What a stage may ask for besides its options. */
export interface StageContext {
  /** The CLIP or SigLIP that the run was given, opened when a stage first asks. */
  readonly embedder: () => Promise<Embedder>;
  /** Hands what a stage opened to the run, which closes it at its end. @returns the same */
  readonly own: <T extends AsyncDisposable>(resource: T) => T;
}

/** A kind of stage that plans name by its id, and set by JSON options. */
export interface StageKind {
  /** Kebab-case. */
  readonly id: string;
  /** One line for lists. */
  readonly summary: string;
  /**
   * Makes the rule. `where` names the place of the options in messages.
   * @throws {InputError} CURATE_OPTION_INVALID, and what opening a model throws
   */
  readonly build: (options: unknown, where: string, context: StageContext) => Promise<Rule>;
}

/** What to do about options that a stage does not take. */
function mendOf(id: string, known: readonly string[], issues: readonly z.core.$ZodIssue[]): string {
  const takes = `${id} takes ${known.join(", ") || "no options"}`;
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const near = unknown.length > 0 ? nearest(unknown[0]!, known) : undefined;
  if (near !== undefined) return `did you mean ${near}? ${takes}`;
  return `${takes}; give one in the plan, or with --set STAGE.OPTION=VALUE`;
}

/** Declares a kind of stage: its options are parsed by a strict schema, so a misspelt one is an error. */
export function defineStage<Options extends z.ZodObject>(kind: {
  readonly id: string;
  readonly summary: string;
  readonly options: Options;
  readonly rule: (options: z.output<Options>, context: StageContext) => Rule | Promise<Rule>;
}): StageKind {
  const schema = kind.options.strict();
  return {
    id: kind.id,
    summary: kind.summary,
    build: async (options, where, context) => {
      const parsed = schema.safeParse(options);
      if (!parsed.success)
        throw new InputError(
          "CURATE_OPTION_INVALID",
          where,
          z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "),
          mendOf(kind.id, Object.keys(kind.options.shape), parsed.error.issues),
        );
      return kind.rule(kind.options.parse(parsed.data), context);
    },
  };
}
