import { key } from "../../engine/random.ts";
import { openDocuments } from "../formats/documents/open-documents.node.ts";
import { DropCounts } from "../formats/drop-counts.ts";
import type { ImagePart, InterleavedDocument, OnDrop } from "../sample.ts";
import { takeFirst } from "../stream.ts";
import type { InspectOptions } from "./inspect-data.node.ts";
import type { DocumentExample, DocumentInspection, ShownPart } from "./inspection.ts";
import { PictureSurvey, thumbnailOf } from "./picture-survey.node.ts";
import { Reservoir } from "./reservoir.ts";
import { distributionsIn, Tally } from "./tally.ts";
import { TextSurvey } from "./text-survey.ts";

/** Parts of a document that an example shows. */
const shownParts = 12;

/** Characters of a document by which its language is guessed. */
const guessedFrom = 2000;

/** Whether the first row at a path is an interleaved document, in the layout of OBELICS or MMC4. */
export async function isOfDocuments(source: string): Promise<boolean> {
  const onDrop: OnDrop = (name) => {
    throw new Error(name); // the first row tells
  };
  try {
    for await (const _ of openDocuments(source, { onDrop })) return true;
  } catch {
    // whatever it is, it is said where it is read as pairs
  }
  return false;
}

/**
 * Looks at every interleaved document of a data set: pictures by their headers alone. Memory does not grow with the size.
 * @throws {InputError} what {@link openDocuments} throws
 */
export async function inspectDocuments(source: string, options: InspectOptions = {}): Promise<DocumentInspection> {
  const { limit = Infinity, examples = 12, seed = 0, signal, onProgress } = options;
  const drops = new DropCounts();
  const onDrop: OnDrop = (name, reason) => {
    drops.add(name, reason);
    options.onDrop?.(name, reason);
  };
  const survey = new Survey();
  const drawn = new Reservoir<{ document: InterleavedDocument; files: Files }>(examples, key(seed));
  for await (const document of takeFirst(openDocuments(source, { ...options, onDrop }), limit)) {
    signal?.throwIfAborted();
    drawn.add({ document, files: await survey.add(document) });
    onProgress?.(survey.documents);
  }
  return {
    ...survey.result(source, drops),
    examples: await Promise.all(drawn.drawn.map(({ document, files }) => exampleOf(document, files))),
  };
}

/** The files of a document's first parts, where they are pictures that have one. */
type Files = readonly (Uint8Array | undefined)[];

class Survey {
  readonly #pictures = new PictureSurvey();
  readonly #texts = new TextSurvey();
  readonly #tallies = {
    picturesEach: new Tally(),
    textsEach: new Tally(),
    wordsEach: new Tally(),
    words: new Tally(),
  };
  readonly #counts = { pictures: 0, addresses: 0, withAlt: 0, texts: 0, withoutPicture: 0, withoutText: 0 };
  documents = 0;

  async add({ key: name, parts, metadata }: InterleavedDocument): Promise<Files> {
    this.documents++;
    const texts = parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
    const pictures = parts.length - texts.length;
    this.#counts.pictures += pictures;
    this.#counts.texts += texts.length;
    this.#counts.withoutPicture += pictures === 0 ? 1 : 0;
    this.#counts.withoutText += texts.length === 0 ? 1 : 0;
    const lengths = texts.map((text) => text.trim().split(/\s+/).length);
    for (const words of lengths) this.#tallies.words.add(words);
    this.#tallies.picturesEach.add(pictures);
    this.#tallies.textsEach.add(texts.length);
    this.#tallies.wordsEach.add(lengths.reduce((sum, words) => sum + words, 0));
    for (const text of texts) this.#texts.addText(text);
    const { language } = metadata;
    const given = typeof language === "string" && language !== "" ? language : undefined;
    if (texts.length > 0) this.#texts.addLanguage(texts.join("\n").slice(0, guessedFrom), given);
    this.#texts.addFields(metadata);
    const files: (Uint8Array | undefined)[] = [];
    for (const [at, part] of parts.entries()) {
      const bytes = part.kind === "image" ? await this.#picture(`${name}: part ${at + 1}`, part) : undefined;
      if (at < shownParts) files.push(bytes);
    }
    return files;
  }

  result(source: string, drops: DropCounts): Omit<DocumentInspection, "examples"> {
    return {
      documents: this.documents,
      ...this.#counts,
      ...this.#texts.result(source, this.documents, drops),
      ...this.#pictures.result(),
      ...distributionsIn(this.#tallies),
    };
  }

  async #picture(name: string, { image, alt }: ImagePart): Promise<Uint8Array | undefined> {
    this.#counts.withAlt += alt === undefined ? 0 : 1;
    this.#counts.addresses += image === undefined ? 1 : 0;
    return image && (await this.#pictures.add(name, image));
  }
}

async function exampleOf({ key: name, parts }: InterleavedDocument, files: Files): Promise<DocumentExample> {
  const shown = parts.slice(0, shownParts).map(async (part, at): Promise<ShownPart> => {
    if (part.kind === "text") return { kind: "text", text: part.text };
    const { image: _, ...about } = part;
    return { ...about, ...(await thumbnailOf(files[at])) };
  });
  return { key: name, parts: await Promise.all(shown), more: Math.max(0, parts.length - shownParts) };
}
