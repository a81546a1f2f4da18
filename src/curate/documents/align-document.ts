import type { ImagePart, InterleavedDocument, TextPart } from "../../data/sample.ts";
import { FoveaError } from "../../platform/error.ts";
import { cosine, type ScoringEmbedder } from "../clip/picture-embeddings.ts";
import { qualityOf } from "./document-quality.ts";
import { placePictures } from "./place-pictures.ts";
import { countWords } from "./web-document.ts";

/** A text, and pictures that belong to it somewhere. */
export interface TextWithPictures {
  readonly key: string;
  readonly sentences: readonly string[];
  readonly pictures: readonly ImagePart[];
  readonly metadata: InterleavedDocument["metadata"];
}

/** A document, or why there is none. */
export type AlignedDocument = InterleavedDocument | { readonly dropped: string };

/**
 * Puts each picture of a text before the sentence that it fits, by a CLIP's similarities, as MMC4 does. The document's metadata get `quality`
 * with its parts, and `similarities`, one a picture in reading order.
 *
 * Drops documents by reason: DOCUMENT_NO_SENTENCES, DOCUMENT_NO_PICTURES (none that can be read and fits).
 *
 * @param onRemoved told of each picture that is left out: PICTURE_UNREADABLE, PICTURE_UNLIKE
 */
export async function alignDocument(
  { key, sentences, pictures, metadata }: TextWithPictures,
  embedder: ScoringEmbedder,
  minSimilarity: number,
  onRemoved: (reason: string) => void,
): Promise<AlignedDocument> {
  if (sentences.length === 0) return { dropped: "DOCUMENT_NO_SENTENCES" };
  const { readable, similarity } = await similarities(embedder, pictures, sentences, onRemoved);
  const placements = placePictures(similarity, readable.length, sentences.length, minSimilarity);
  const placed = readable.flatMap((picture, i) => {
    const placement = placements[i];
    if (placement === undefined) onRemoved("PICTURE_UNLIKE");
    return placement === undefined ? [] : [{ picture, ...placement }];
  });
  if (placed.length === 0) return { dropped: "DOCUMENT_NO_PICTURES" };
  placed.sort((a, b) => a.sentence - b.sentence); // stable: pictures of one sentence keep their order
  const parts: (TextPart | ImagePart)[] = [];
  for (const [at, text] of sentences.entries()) {
    parts.push(...placed.filter(({ sentence }) => sentence === at).map(({ picture }) => picture), {
      kind: "text",
      text,
    });
  }
  const chosen = placed.map(({ similarity: value }) => value);
  const { quality, ...of } = qualityOf({ parts }, countWords(sentences.join(" ")), chosen);
  return { key, parts, metadata: { ...metadata, quality, qualityOf: of, similarities: chosen } };
}

/**
 * How similar each picture of a document is to the text part after it, or, at the end, to the one before; pictures without a file and those
 * that cannot be read are left out.
 */
export async function similaritiesInPlace(
  { parts }: InterleavedDocument,
  embedder: ScoringEmbedder,
): Promise<readonly number[]> {
  const pairs = parts.flatMap((part, at) => {
    if (part.kind === "text" || part.image === undefined) return [];
    const text = parts.slice(at).find(isText) ?? parts.slice(0, at).findLast(isText);
    return text === undefined ? [] : [{ picture: part, text: text.text }];
  });
  const texts = await embedder.embedTexts(pairs.map(({ text }) => text));
  const found: number[] = [];
  const stream = embedder.embedStream(pairs.entries(), ([, { picture }]) => bytesOf(picture), ignorePictureErrors);
  for await (const { item, embedding } of stream)
    found.push(cosine(embedding, texts.subarray(item[0] * embedder.width, (item[0] + 1) * embedder.width)));
  return found;
}

/** Similarities of those pictures that can be read: `[readable, sentences]`. */
async function similarities(
  embedder: ScoringEmbedder,
  pictures: readonly ImagePart[],
  sentences: readonly string[],
  onRemoved: (reason: string) => void,
): Promise<{ readonly readable: ImagePart[]; readonly similarity: Float32Array }> {
  const texts = await embedder.embedTexts(sentences);
  const readable: ImagePart[] = [];
  const rows: number[] = [];
  const onFailure = (picture: ImagePart, error: unknown): void => {
    ignorePictureErrors(picture, error);
    onRemoved("PICTURE_UNREADABLE");
  };
  for await (const { item, embedding } of embedder.embedStream(pictures, bytesOf, onFailure)) {
    readable.push(item);
    for (let s = 0; s < sentences.length; s++)
      rows.push(cosine(embedding, texts.subarray(s * embedder.width, (s + 1) * embedder.width)));
  }
  return { readable, similarity: Float32Array.from(rows) };
}

async function bytesOf({ image }: ImagePart) {
  return image === undefined ? new Uint8Array() : "read" in image ? image.read() : image;
}

function ignorePictureErrors(_: unknown, error: unknown): void {
  if (!(error instanceof FoveaError)) throw error;
}

const isText = (part: TextPart | ImagePart): part is TextPart => part.kind === "text";

/** The sentences of a text, without the space around them. */
export function sentencesOf(text: string, language?: string): string[] {
  const segments = new Intl.Segmenter(language, { granularity: "sentence" }).segment(text);
  return [...segments].map(({ segment }) => segment.replaceAll(/\s+/g, " ").trim()).filter((segment) => segment !== "");
}
