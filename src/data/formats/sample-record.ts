import * as z from "zod";
import type { Box, Caption, OnDrop, Sample, Turn } from "../sample.ts";
import { findCaption, findLanguage } from "./columns.ts";
import { JsonObject } from "./json-object.ts";

/** A row of a table, or a JSON object, about one sample. */
export type SampleRecord = Readonly<Record<string, unknown>>;

/** What a record says besides the picture. */
export type SampleFields = Pick<Sample, "captions" | "boxes" | "conversation" | "metadata">;

/** How records are read. */
export interface RecordOptions {
  readonly onDrop: OnDrop;
  /** Keeps samples that have no caption. */
  readonly keepUncaptioned: boolean;
  /** Columns that hold the picture or the key: they are no metadata. */
  readonly used?: readonly string[];
  /** Captions found outside of the record, which stand for its own unless it lists the same with more detail. */
  readonly lines?: readonly Caption[];
}

/** Absent or null: Parquet gives the latter. */
const optional = <T>(form: z.ZodType<T>) => form.nullish().transform((value) => value ?? undefined);

const CaptionRecord = z.object({ text: z.string(), language: optional(z.string()), provenance: optional(z.string()) });

const BoxRecord = z.object({
  label: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  polygons: optional(z.array(z.array(z.number()))),
  mask: optional(z.object({ width: z.int(), height: z.int(), counts: z.array(z.int()) })),
  isCrowd: optional(z.boolean()),
});

/** LLaVA's turns, and those of chat messages. */
const TurnRecord = z.union([
  z.object({ from: z.string(), value: z.string() }).transform(({ from, value }) => ({ from, text: value })),
  z.object({ role: z.string(), content: z.string() }).transform(({ role, content }) => ({ from: role, text: content })),
]);

const roles: Readonly<Record<string, Turn["role"]>> = {
  human: "user",
  user: "user",
  gpt: "assistant",
  assistant: "assistant",
  system: "system",
};

// Made once: making a schema takes longer than parsing with it.
const CaptionList = z.array(CaptionRecord);
const BoxList = z.array(BoxRecord);
const TurnList = z.array(TurnRecord).refine((list) => list.every(({ from }) => from in roles));

/** Where conversations are found. */
const conversationNames = ["conversations", "conversation", "messages"];

/** The column of the fields that found no column of their own, as a JSON object. */
export const extraName = "extra";

/** Columns whose values a format without lists keeps as JSON. */
const structured = new Set(["captions", "boxes", "metadata", extraName, ...conversationNames]);

/**
 * The captions, boxes and conversation in a record's usual fields; whatever else it says is metadata. Captions are one text or a list in
 * `caption`, `text` or `title`, or objects with `text`, `language` and `provenance` in `captions`.
 *
 * Drops samples by reason: CAPTION_MISSING, CAPTION_EMPTY.
 *
 * @returns `undefined` if the sample was dropped
 */
export function fieldsOf(record: SampleRecord, key: string, options: RecordOptions): SampleFields | undefined {
  const { onDrop, keepUncaptioned, used = [], lines } = options;
  const fields = new Map(Object.entries(unfold(record)));
  for (const name of used) fields.delete(name);
  const captions = captionsFrom(fields, lines);
  if (captions === undefined || captions.length === 0) {
    if (!keepUncaptioned) {
      onDrop(key, captions === undefined ? "CAPTION_MISSING" : "CAPTION_EMPTY");
      return undefined;
    }
  }
  const boxes = take(fields, ["boxes"], BoxList)?.map(boxOf);
  const turns = take(fields, conversationNames, TurnList);
  const conversation = turns?.map(({ from, text }): Turn => ({ role: roles[from]!, text }));
  const clashing = take(fields, ["metadata"], JsonObject);
  return {
    captions: captions ?? [],
    ...(boxes && { boxes }),
    ...(conversation && { conversation }),
    metadata: { ...Object.fromEntries(fields), ...clashing },
  };
}

/** Whether a record has a column of texts, whatever it says in this row. */
export const hasTexts = (record: SampleRecord): boolean =>
  ["captions", ...conversationNames].some((name) => name in record) || findCaption(Object.keys(record)) !== undefined;

/**
 * The record of a sample, whole but for its picture: {@link fieldsOf} gives the same sample again.
 * @param isTaken whether a name means something else where the record goes, and cannot be metadata at its top
 */
export function recordOf(
  { captions, boxes, conversation, metadata }: Omit<Sample, "image">,
  isTaken: (name: string) => boolean = () => false,
): Record<string, unknown> {
  const [first] = captions;
  const isPlain = captions.length === 1 && first!.provenance === undefined;
  const own: Record<string, unknown> = {
    ...(first && { caption: first.text }),
    ...(first?.language !== undefined && isPlain && { language: first.language }),
    ...(!isPlain && (captions.length > 0 || hasCaption(metadata)) && { captions }),
    ...(boxes && { boxes }),
    ...(conversation && {
      conversations: conversation.map(({ role, text }) => ({ from: speakers[role], value: text })),
    }),
  };
  const isClash = ([name]: readonly [string, unknown]): boolean => reserved.has(name) || name in own || isTaken(name);
  const clashes = Object.entries(metadata).filter(isClash);
  const free = Object.entries(metadata).filter((field) => !isClash(field));
  return {
    ...own,
    ...Object.fromEntries(free),
    ...(clashes.length > 0 && { metadata: Object.fromEntries(clashes) }),
  };
}

const speakers = { user: "human", assistant: "gpt", system: "system" } as const;

/** Names that mean something in a record, and cannot be metadata at its top. */
const reserved = new Set([
  "key",
  "caption",
  "captions",
  "language",
  "lang",
  "boxes",
  "metadata",
  extraName,
  ...conversationNames,
]);

const hasCaption = (metadata: SampleRecord): boolean => findCaption(Object.keys(metadata)) !== undefined;

/** The record with values that a column keeps as JSON parsed, and the fields that found no column (`extra`) beside the others. */
function unfold(record: SampleRecord): SampleRecord {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record))
    if (value !== null && !(structured.has(name) && value === "")) fields[name] = parsed(name, value);
  if (!(extraName in fields)) return fields;
  const extra = JsonObject.safeParse(fields[extraName]);
  if (extra.success) delete fields[extraName];
  return { ...extra.data, ...fields };
}

function parsed(name: string, value: unknown): unknown {
  if (!structured.has(name) || typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Takes the first of these fields whose value is of the form; others stay where they are. */
function take<T>(fields: Map<string, unknown>, names: readonly string[], form: z.ZodType<T>): T | undefined {
  for (const name of names) {
    if (!fields.has(name)) continue;
    const found = form.safeParse(fields.get(name));
    if (!found.success) continue;
    fields.delete(name);
    return found.data;
  }
  return undefined;
}

/** The lines, or what the record says if it has their details; `undefined` if neither is there. */
function captionsFrom(
  fields: Map<string, unknown>,
  lines: readonly Caption[] | undefined,
): readonly Caption[] | undefined {
  if (lines === undefined) return takeCaptions(fields);
  const name = findCaption([...fields.keys()]);
  const isSame = name !== undefined && oneLine(fields.get(name)) === oneLine(lines[0]?.text);
  if (fields.has("captions") || isSame) return takeCaptions(fields);
  return lines;
}

/** A text as it stands in a file of one caption a line. */
export const oneLine = (text: unknown): string | undefined =>
  typeof text === "string" ? text.replaceAll(/\s+/g, " ").trim() : undefined;

/** `undefined` if no field is there for captions. */
function takeCaptions(fields: Map<string, unknown>): Caption[] | undefined {
  const list = take(fields, ["captions"], CaptionList);
  const name = findCaption([...fields.keys()]);
  if (list !== undefined) {
    const repeats = ["", list[0]?.text]; // for readers that know one caption alone
    if (name !== undefined && repeats.some((text) => fields.get(name) === text)) fields.delete(name);
    return list.filter(({ text }) => text.trim() !== "").map(captionOf);
  }
  if (name === undefined) return undefined;
  const value = fields.get(name);
  fields.delete(name);
  const languageName = findLanguage([...fields.keys()]);
  const language = languageName === undefined ? undefined : fields.get(languageName);
  if (languageName !== undefined) fields.delete(languageName);
  return textsOf(value).map((text) => ({ text, ...(typeof language === "string" && language !== "" && { language }) }));
}

/** The non-blank texts in a field's value, which may be one text or a list. */
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((text) => typeof text === "string")
    .map((text) => text.trim())
    .filter((text) => text !== "");

const captionOf = ({ text, language, provenance }: z.infer<typeof CaptionRecord>): Caption => ({
  text,
  ...(language !== undefined && { language }),
  ...(provenance !== undefined && { provenance }),
});

const boxOf = ({ polygons, mask, isCrowd, ...place }: z.infer<typeof BoxRecord>): Box => ({
  ...place,
  ...(polygons !== undefined && { polygons }),
  ...(mask !== undefined && { mask }),
  ...(isCrowd !== undefined && { isCrowd }),
});
