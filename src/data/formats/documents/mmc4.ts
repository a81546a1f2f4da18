import * as z from "zod";
import type { ImagePart, InterleavedDocument, TextPart } from "../../sample.ts";

const ImageInfo = z.looseObject({
  image_name: z.string().nullish(),
  raw_url: z.string().nullish(),
  matched_text_index: z.int().nullish(),
  /** The file, where the data has it. */
  image_base64: z.string().nullish(),
  /** Not MMC4's own: the picture follows its sentence. */
  is_after: z.boolean().nullish(),
  /** Not MMC4's own. */
  alt: z.string().nullish(),
});

/** A document as MMC4 has it: sentences, and pictures that are each assigned to one. */
export const Mmc4Record = z.looseObject({ text_list: z.array(z.string()), image_info: z.array(ImageInfo) });

/**
 * A document with each picture before the sentence it was assigned to, as MMC4's own models read it; pictures without a sentence come last.
 * @param fileOf finds a picture's file by the name that the data gives it
 * @see Zhu et al. 2023, https://arxiv.org/abs/2304.06939
 */
export function documentOfMmc4(
  { text_list, image_info, key: _, ...metadata }: z.infer<typeof Mmc4Record>,
  key: string,
  fileOf: (name: string) => ImagePart["image"],
): InterleavedDocument {
  const parts: (TextPart | ImagePart)[] = [];
  const take = (isHere: (info: z.infer<typeof ImageInfo>) => boolean): void => {
    for (const info of image_info) if (isHere(info)) parts.push(imageOf(info, fileOf));
  };
  for (const [at, text] of text_list.entries()) {
    take(({ matched_text_index, is_after }) => matched_text_index === at && !is_after);
    if (text.trim() !== "") parts.push({ kind: "text", text });
    take(({ matched_text_index, is_after }) => matched_text_index === at && is_after === true);
  }
  take(({ matched_text_index }) => text_list[matched_text_index ?? -1] === undefined);
  return { key, parts, metadata };
}

function imageOf(info: z.infer<typeof ImageInfo>, fileOf: (name: string) => ImagePart["image"]): ImagePart {
  const { image_base64, image_name, raw_url, alt } = info;
  const image = image_base64 ? fromBase64(image_base64) : image_name ? fileOf(image_name) : undefined;
  return { kind: "image", ...(image && { image }), ...(raw_url && { url: raw_url }), ...(alt && { alt }) };
}

/**
 * A line in the layout of MMC4. A picture belongs to the sentence after it, or, at the end, to the last one.
 * @param bytes of each part that is a picture with a file
 */
export function mmc4Line(
  { key, parts, metadata }: InterleavedDocument,
  bytes: readonly (Uint8Array | undefined)[],
): Record<string, unknown> {
  const texts = parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  let before = 0; // sentences so far
  const images = parts.flatMap((part, i) => {
    if (part.kind === "text") {
      before++;
      return [];
    }
    const file = bytes[i];
    const isAfter = before === texts.length && texts.length > 0;
    return [
      {
        image_name: `${key.replaceAll(/[^\w.-]+/g, "_")}-${i}`,
        ...(part.url && { raw_url: part.url }),
        matched_text_index: isAfter ? before - 1 : before,
        ...(isAfter && { is_after: true }),
        ...(part.alt && { alt: part.alt }),
        ...(file && { image_base64: toBase64(file) }),
      },
    ];
  });
  return { ...metadata, key, text_list: texts, image_info: images };
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
