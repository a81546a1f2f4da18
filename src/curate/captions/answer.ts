import { z } from "zod";
import { InputError } from "../../platform/error.ts";
import { parseJson } from "../../platform/json.ts";

/** What an OpenAI-compatible endpoint answers; fields that do not matter here are let through. */
const Answer = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish(),
          refusal: z.string().nullish(),
        }),
      }),
    )
    .min(1),
});

/** How models begin when they decline. */
const declining = /^(I['’]?m sorry|I am sorry|Sorry,|I (can(no|['’])t|am unable|['’]?m unable)|As an AI)/i;

/**
 * The caption in an endpoint's answer: without a model's thoughts aloud, line breaks and quotation marks around it; of one that was cut off,
 * the whole sentences.
 *
 * @throws {InputError} CAPTION_ANSWER_INVALID (worth another try), CAPTION_DECLINED
 */
export function captionOf(body: string, where: string): string {
  const answer = Answer.safeParse(parseJson(body));
  const [choice] = answer.success ? answer.data.choices : [];
  if (choice === undefined) throw invalid(where, `the answer is no chat completion: ${excerpt(body)}`);
  const { content, refusal } = choice.message;
  const said = typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join("");
  const text = said
    .replace(/^\s*<think>.*?<\/think>/s, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/^["“](.*)["”]$/, "$1");
  if (typeof refusal === "string" || choice.finish_reason === "content_filter" || declining.test(text))
    throw new InputError(
      "CAPTION_DECLINED",
      where,
      `the model declines: ${excerpt(refusal ?? text)}`,
      "leave the picture without a synthetic caption, or ask another model",
    );
  const whole = choice.finish_reason === "length" ? (/^.*[.!?](?=\s|$)/.exec(text)?.[0] ?? "") : text;
  if (whole !== "") return whole;
  throw text === ""
    ? invalid(where, "the model wrote nothing")
    : invalid(where, `the caption was cut off in its first sentence: ${excerpt(text)}`, "allow more tokens");
}

/** The beginning of a text, for messages. */
export const excerpt = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text);

const invalid = (where: string, found: string, mend = "see that the endpoint serves a vision model"): InputError =>
  new InputError("CAPTION_ANSWER_INVALID", where, found, mend);
