import type { Box, Sample, Turn } from "../sample.ts";
import { captionsOf, type Said } from "./captions.ts";
import { clipCaptions, clipContrasts, clipFacts, clipQuestions, type ClipNegativeType } from "./clips/clip-texts.ts";
import type { Draw } from "./draw.ts";
import type { Statement } from "./facts.ts";
import { contrastsOf, type NegativeType } from "./negatives.ts";
import { questionsOf, type Question } from "./questions.ts";
import { say, type Language } from "./say.ts";
import { generator, type Clip, type Scene } from "./scene.ts";
import type { ItemKind, WorldSpec } from "./spec.ts";
import { heldOutInStatement } from "./split.ts";
import type { Shot } from "./stage.ts";

/** That a sample is one of several which differ in one factor. */
export interface Membership {
  /** Name of the series: the same for all of its samples. */
  readonly series: string;
  readonly factor: string;
  readonly value: string;
}

/** A true caption and a false one in nearly the same words. */
export interface NegativeCaption {
  readonly type: NegativeType | ClipNegativeType;
  readonly language: Language;
  readonly positive: string;
  readonly negative: string;
  readonly positiveStatement: Statement;
  readonly negativeStatement: Statement;
}

/** What the metadata of a sample of a world hold. */
export interface WorldMetadata {
  /** Always true: nobody shall take it for a photograph of the world. */
  readonly synthetic: true;
  /** The program that made it. */
  readonly generator: string;
  readonly world: string;
  readonly seed: number;
  readonly split: string;
  readonly kind: ItemKind;
  readonly membership?: Membership;
  /** The truth about a picture; masks are with the boxes. */
  readonly scene?: Scene;
  /** The truth about a clip. */
  readonly clip?: Clip;
  /** What each caption claims, in the order of the captions. */
  readonly statements: readonly Statement[];
  readonly negatives: readonly NegativeCaption[];
  readonly questions: readonly Question[];
}

/** What a sample is made for. */
interface About {
  readonly key: string;
  readonly kind: ItemKind;
  readonly spec: WorldSpec;
  readonly draw: Draw;
  readonly membership?: Membership;
}

/** A picture with all that is said of it. */
export function pictureSample({ scene, image }: Shot, about: About): Sample {
  const { spec, draw } = about;
  const isAllowed = allows(spec);
  const captions = captionsOf(scene, draw, spec.languages);
  const contrasts = contrastsOf(scene, draw, spec.negatives, isAllowed);
  const questions = questionsOf(scene, draw, spec.questions, spec.languages, isAllowed);
  const truth = { scene: withoutMasks(scene) };
  return { image, boxes: boxesOf(scene), ...told(about, captions, contrasts, questions, truth) };
}

/** A clip with all that is said of it; boxes are those of the first frame. */
export function clipSample(shots: readonly Shot[], clip: Clip, about: About): Sample {
  const { spec, draw, kind } = about;
  const facts = clipFacts(clip, draw, kind === "physics");
  const captions = clipCaptions(clip, facts, draw, spec.languages);
  const contrasts = clipContrasts(clip, facts, draw, allows(spec)).slice(0, spec.negatives);
  const questions = clipQuestions(clip, facts, kind === "physics", spec.languages);
  const truth = { clip: { ...clip, frames: clip.frames.map(withoutMasks) } };
  const [first] = shots;
  return {
    image: first!.image,
    frames: shots.map(({ image }) => image),
    boxes: boxesOf(first!.scene),
    ...told(about, captions, contrasts, questions.slice(0, spec.questions * spec.languages.length), truth),
  };
}

function told(
  { key, kind, spec, draw, membership }: About,
  captions: readonly Said[],
  contrasts: readonly { type: NegativeCaption["type"]; positive: Statement; negative: Statement }[],
  questions: readonly Question[],
  truth: Pick<WorldMetadata, "scene" | "clip">,
): Pick<Sample, "key" | "captions" | "conversation" | "metadata"> {
  const metadata: WorldMetadata = {
    synthetic: true,
    generator,
    world: spec.name,
    seed: spec.seed,
    split: spec.split,
    kind,
    ...(membership && { membership }),
    ...truth,
    statements: captions.map(({ statement }) => statement),
    negatives: negativeCaptions(contrasts, draw, spec.languages),
    questions,
  };
  const conversation = questions
    .filter(({ language }) => language === spec.languages[0])
    .flatMap(({ question, answer }): Turn[] => [
      { role: "user", text: question },
      { role: "assistant", text: answer },
    ]);
  return {
    key,
    captions: captions.map(({ text, language }) => ({ text, language, provenance: `synthetic: ${generator}` })),
    ...(conversation.length > 0 && { conversation }),
    metadata: { ...metadata },
  };
}

function negativeCaptions(
  contrasts: readonly { type: NegativeCaption["type"]; positive: Statement; negative: Statement }[],
  draw: Draw,
  languages: readonly Language[],
): NegativeCaption[] {
  return contrasts.flatMap(({ type, positive, negative }) => {
    const [form, wording] = [draw.pick(["phrase", "sentence"] as const), draw.below(12)];
    return languages.map((language) => ({
      type,
      language,
      positive: say(positive, form, language, wording),
      negative: say(negative, form, language, wording),
      positiveStatement: positive,
      negativeStatement: negative,
    }));
  });
}

/** Whether a split may say a statement: what training says must not name what is held out. */
const allows =
  ({ split }: WorldSpec) =>
  (statement: Statement): boolean =>
    (split !== "train" && split !== "validation") || heldOutInStatement(statement).length === 0;

const boxesOf = ({ objects }: Scene): Box[] =>
  objects
    .filter(({ box }) => box.width > 0)
    .map(({ noun, box, mask }) => ({ label: noun, ...box, ...(mask && { mask }) }));

const withoutMasks = (scene: Scene): Scene => ({
  ...scene,
  objects: scene.objects.map(({ mask: _, ...object }) => object),
});
