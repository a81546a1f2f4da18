import type { ImagePart, InterleavedDocument, TextPart } from "../../data/sample.ts";
import type { Page, PagePicture } from "./html-page.ts";
import { refusedAddress } from "./html-rules.ts";
import { faultOf, isIn, obelicsText, type TextFilter } from "./text-filter.ts";

/** What a picture of a page turns out to be. */
export interface FoundPicture {
  readonly part: ImagePart;
  /** Pixels; absent if the picture was not read. */
  readonly width?: number;
  readonly height?: number;
}

/** What becomes a document. */
export interface WebDocumentOptions {
  /** The language to keep, e.g. `en`; all if absent. */
  readonly language?: string;
  /** {@link obelicsText} if absent. */
  readonly text?: TextFilter;
  /** Texts that other pages of the site have as well: they go. */
  readonly isRepeated?: (text: string) => boolean;
  /** Pictures that many pages have: they go. */
  readonly isCommon?: (url: string) => boolean;
  /** Finds the picture's file; a string says why there is none, as an upper-case reason. */
  readonly open: (picture: PagePicture) => Promise<FoundPicture | string>;
  /** Told of each paragraph and picture that is left out. */
  readonly onRemoved?: (reason: string) => void;
}

/** A page's document, or why it makes none; with the words that its paragraphs had before the filters. */
export type WebDocument =
  { readonly document: InterleavedDocument; readonly wordsBefore: number } | { readonly dropped: string };

/** Sides of pictures in pixels, and how many times one may be the other; OBELICS, appendix A.1.3 and its configuration. */
const [shortestSide, longestSide, largestAspect] = [150, 20_000, 2];
/** Pictures of a document. */
const [fewest, most] = [1, 30];

/**
 * Makes a document of a section of a page: pictures and paragraphs that pass the filters of OBELICS, if the document as a whole passes them too.
 *
 * Drops documents by reason: DOCUMENT_NO_PICTURES, DOCUMENT_MANY_PICTURES, DOCUMENT_LANGUAGE, and `DOCUMENT_` with each text fault.
 */
export async function webDocument(
  key: string,
  section: Page["sections"][number],
  metadata: InterleavedDocument["metadata"],
  options: WebDocumentOptions,
): Promise<WebDocument> {
  const { language, text: filter = obelicsText, isRepeated = () => false, onRemoved = () => {} } = options;
  const parts: (TextPart | ImagePart)[] = [];
  const seen = new Set<string>();
  let wordsBefore = 0;
  for (const part of section) {
    if (part.kind === "image") {
      const picture = await pictureOf(part, seen, options);
      if (typeof picture === "string") onRemoved(picture);
      else parts.push(picture);
    } else {
      wordsBefore += countWords(part.text);
      const fault = faultOf(part.text, filter.paragraph, language ?? "", filter.flagged);
      if (fault !== undefined) onRemoved(`PARAGRAPH_${fault}`);
      else if (isRepeated(part.text)) onRemoved("PARAGRAPH_REPEATED");
      else parts.push(part);
    }
  }
  const pictures = parts.filter(({ kind }) => kind === "image").length;
  if (pictures < fewest) return { dropped: "DOCUMENT_NO_PICTURES" };
  if (pictures > most) return { dropped: "DOCUMENT_MANY_PICTURES" };
  const text = parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n\n");
  if (language !== undefined && !isIn(language, text)) return { dropped: "DOCUMENT_LANGUAGE" };
  const fault = faultOf(text, filter.document, language ?? "", filter.flagged);
  if (fault !== undefined) return { dropped: `DOCUMENT_${fault}` };
  return { document: { key, parts: joined(parts), metadata }, wordsBefore };
}

/** The number of words, however many signs stand around them. */
export const countWords = (text: string): number => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

async function pictureOf(
  picture: PagePicture,
  seen: Set<string>,
  { open, isCommon = () => false }: WebDocumentOptions,
): Promise<ImagePart | string> {
  if (seen.has(picture.url)) return "PICTURE_AGAIN";
  seen.add(picture.url);
  const refused = refusedAddress(picture.url) ?? (sizeFault(picture) || undefined);
  if (refused !== undefined) return refused;
  if (isCommon(picture.url)) return "PICTURE_COMMON";
  const found = await open(picture);
  return typeof found === "string" ? found : sizeFault(found) || found.part;
}

/** Empty if a size is right, or not known. */
function sizeFault({ width, height }: { readonly width?: number; readonly height?: number }): string {
  const sides = [width, height].filter((side) => side !== undefined);
  if (sides.some((side) => side < shortestSide)) return "PICTURE_SMALL";
  if (sides.some((side) => side > longestSide)) return "PICTURE_LARGE";
  return sides.length === 2 && Math.max(...sides) > largestAspect * Math.min(...sides) ? "PICTURE_ASPECT" : "";
}

/** Paragraphs between two pictures become one part, as in OBELICS. */
function joined(parts: readonly (TextPart | ImagePart)[]): (TextPart | ImagePart)[] {
  const merged: (TextPart | ImagePart)[] = [];
  for (const part of parts) {
    const before = merged.at(-1);
    if (part.kind === "text" && before?.kind === "text")
      merged[merged.length - 1] = { kind: "text", text: `${before.text}\n\n${part.text}` };
    else merged.push(part);
  }
  return merged;
}
