import type { InterleavedDocument, OnDrop } from "../../data/sample.ts";
import type { ScoringEmbedder } from "../clip/picture-embeddings.ts";
import { alignDocument, similaritiesInPlace } from "./align-document.ts";
import { qualityOf } from "./document-quality.ts";
import { readPage, type Page } from "./html-page.ts";
import { pagesAt, type PageFile } from "./page-source.node.ts";
import { DocumentSet, findRepeated } from "./repeated.ts";
import type { TextFilter } from "./text-filter.ts";
import { readTexts } from "./text-rows.node.ts";
import { webDocument } from "./web-document.ts";

/** How documents are built. */
export interface BuildDocumentsOptions {
  /** Measures how well pictures and texts fit; needed for texts with pictures that have no place yet. */
  readonly embedder?: ScoringEmbedder;
  /** Keeps pages in this language, e.g. `en`; all if absent. */
  readonly language?: string;
  /** Limits of the text of pages; those of OBELICS if absent. */
  readonly text?: TextFilter;
  /** Documents of less quality go; 0 if absent. */
  readonly minQuality?: number;
  /** Told of every document that is left out, with its reason. */
  readonly onDrop: OnDrop;
  /** Told of every paragraph and picture that is left out of a document. */
  readonly onRemoved?: (reason: string) => void;
}

/**
 * Builds interleaved documents from web pages by the rules of OBELICS, each with its quality and the parts of that in its metadata. Two passes:
 * the first finds what many pages share.
 *
 * @param path a folder of `.html` files (each folder in it a site), one such file, or JSONL with `html` and `url`
 * @throws {InputError} DATA_NOT_FOUND, DATA_EMPTY, and what reading a table throws
 */
export async function* documentsFromPages(
  path: string,
  options: BuildDocumentsOptions,
): AsyncGenerator<InterleavedDocument> {
  const { onDrop } = options;
  const repeated = await findRepeated(readPages(path, () => {}));
  const all = new DocumentSet();
  for await (const { file, site, page } of readPages(path, onDrop)) {
    if (page.sections.length === 0) onDrop(file.key, "DOCUMENT_NO_PICTURES");
    for (const [i, section] of page.sections.entries()) {
      const key = i === 0 ? file.key : `${file.key}#${i + 1}`;
      const made = await webDocument(key, section, metadataOf(file, page), {
        ...options,
        open: file.open,
        isRepeated: (text) => repeated.paragraph(site, text),
        isCommon: repeated.picture,
      });
      const dropped =
        "dropped" in made
          ? made.dropped
          : all.add(i === 0 ? (file.address ?? file.key) : key, addressesOf(made.document));
      if (dropped !== undefined) onDrop(key, dropped);
      else if ("document" in made) yield* rated(made.document, made.wordsBefore, options);
    }
  }
}

/**
 * Builds interleaved documents from texts and pictures by assigning each picture to a sentence, as MMC4 does.
 *
 * @param path JSONL with `text` or `sentences`, and `images`: paths, relative to the file
 * @param minSimilarity pictures that are less similar to every sentence are left out; 0.15 is MMC4's, for a ViT-L/14
 */
export async function* documentsFromTexts(
  path: string,
  { embedder, minSimilarity, ...options }: BuildDocumentsOptions & { embedder: ScoringEmbedder; minSimilarity: number },
): AsyncGenerator<InterleavedDocument> {
  const { language, minQuality = 0, onDrop, onRemoved = () => {} } = options;
  for await (const text of readTexts(path, language, onDrop)) {
    const made = await alignDocument(text, embedder, minSimilarity, onRemoved);
    if ("dropped" in made) onDrop(text.key, made.dropped);
    else if (Number(made.metadata["quality"]) < minQuality) onDrop(text.key, "DOCUMENT_QUALITY");
    else yield made;
  }
}

async function* readPages(path: string, onDrop: OnDrop): AsyncGenerator<{ file: PageFile; site: string; page: Page }> {
  for await (const file of pagesAt(path, onDrop)) yield { file, site: file.site, page: readPage(file.html, file.base) };
}

async function* rated(
  document: InterleavedDocument,
  wordsBefore: number,
  { embedder, minQuality = 0, onDrop }: BuildDocumentsOptions,
): AsyncGenerator<InterleavedDocument> {
  const similarities = embedder && (await similaritiesInPlace(document, embedder));
  const { quality, ...of } = qualityOf(document, wordsBefore, similarities);
  if (quality < minQuality) onDrop(document.key, "DOCUMENT_QUALITY");
  else
    yield {
      ...document,
      metadata: { ...document.metadata, quality, qualityOf: of, ...(similarities && { similarities }) },
    };
}

const metadataOf = ({ address, site }: PageFile, { title, language }: Page): InterleavedDocument["metadata"] => ({
  ...(address !== undefined && { url: address }),
  ...(site !== "" && { site }),
  ...(title !== undefined && { title }),
  ...(language !== undefined && { language }),
});

const addressesOf = ({ parts }: InterleavedDocument): string[] =>
  parts.flatMap((part) => (part.kind === "image" ? [part.url ?? ""] : []));
