import * as z from "zod";
import { parseJson } from "../../../platform/json.ts";
import type { ImagePart, InterleavedDocument, TextPart } from "../../sample.ts";
import { JsonObject } from "../json-object.ts";

const EmbeddedImage = z.object({
  bytes: z.instanceof(Uint8Array).nullish(),
  path: z.string().nullish(),
});

/** A document as OBELICS has it: pictures and texts in two lists of one length, at each place the one or the other. */
export const ObelicsRecord = z.looseObject({
  images: z.array(z.union([z.string(), EmbeddedImage]).nullish()),
  texts: z.array(z.string().nullish()),
  /** The pictures' files, where the data has them: not OBELICS' own. */
  image_bytes: z.array(z.instanceof(Uint8Array).nullish()).nullish(),
  /** JSON: a list with what is known of each picture. */
  metadata: z.string().nullish(),
  /** JSON: an object with what is known of the page. */
  general_metadata: z.string().nullish(),
});

const PictureFacts = z.looseObject({ alt_text: z.string().nullish() });

/**
 * A document as it stood on its page: at each place the picture or the text; addresses alone where the data has no files.
 * @see Laurençon et al. 2023, https://arxiv.org/abs/2306.16527, and the data set's card
 */
export function documentOfObelics(record: z.infer<typeof ObelicsRecord>, key: string): InterleavedDocument {
  const facts = z.array(z.unknown()).safeParse(parseJson(record.metadata ?? "")).data ?? [];
  const parts: (TextPart | ImagePart)[] = [];
  for (let at = 0; at < Math.max(record.images.length, record.texts.length); at++) {
    const image = record.images[at];
    const bytes = record.image_bytes?.[at] ?? (typeof image === "object" ? image?.bytes : undefined);
    const url = typeof image === "string" ? image : image?.path;
    if (url || bytes) {
      const alt = PictureFacts.safeParse(facts[at]).data?.alt_text;
      parts.push({ kind: "image", ...(bytes && { image: bytes }), ...(url && { url }), ...(alt && { alt }) });
    }
    const text = record.texts[at];
    if (text !== undefined && text !== null && text.trim() !== "") parts.push({ kind: "text", text });
  }
  const { images: _, texts: __, image_bytes: ___, metadata: ____, general_metadata, key: _____, ...rest } = record;
  return { key, parts, metadata: { ...rest, ...JsonObject.safeParse(parseJson(general_metadata ?? "")).data } };
}

/**
 * A row in the layout of OBELICS.
 * @param bytes of each part that is a picture with a file
 */
export const obelicsRow = (
  { key, parts, metadata }: InterleavedDocument,
  bytes: readonly (Uint8Array | undefined)[],
): Record<string, unknown> => ({
  key,
  images: parts.map((part, i) => (part.kind === "image" ? (part.url ?? (bytes[i] && "")) : null)),
  texts: parts.map((part) => (part.kind === "text" ? part.text : null)),
  image_bytes: bytes,
  metadata: JSON.stringify(parts.map((part) => (part.kind === "image" && part.alt ? { alt_text: part.alt } : null))),
  general_metadata: JSON.stringify(metadata),
});
