import type { DropCount } from "../formats/drop-counts.ts";
import type { Distribution } from "./tally.ts";

/** A picture as a report shows it. */
export interface ShownPicture {
  /** Pixels; absent if the picture cannot be decoded. */
  readonly width?: number;
  readonly height?: number;
  /** JPEG of at most 160 pixels; absent if the picture cannot be decoded. */
  readonly thumbnail?: Uint8Array;
}

/** A sample as a report shows it. */
export interface Example extends ShownPicture {
  readonly key: string;
  readonly captions: readonly string[];
}

/** What was found of pictures. */
export interface PictureFindings {
  /** Pictures whose header cannot be read, by reason. */
  readonly unreadable: readonly DropCount[];
  readonly formats: Readonly<Record<string, number>>;
  /** Pixels, pixels, bytes. */
  readonly width?: Distribution;
  readonly height?: Distribution;
  readonly fileBytes?: Distribution;
}

/** What was found of texts and what is around them. */
export interface TextFindings {
  readonly source: string;
  /** What the reader left out. */
  readonly drops: readonly DropCount[];
  /** Captions, or documents, by language: as the data says. */
  readonly languages: Readonly<Record<string, number>>;
  /** Those whose language the data does not say: as script and common words tell; `unknown` if they do not. */
  readonly guessedLanguages: Readonly<Record<string, number>>;
  /** Share of samples, or documents, that have each field. */
  readonly metadata: Readonly<Record<string, number>>;
  /** Texts that occur more than once. */
  readonly repeated: readonly { readonly text: string; readonly count: number }[];
  /** Whether the counts of `repeated` are exact; else lower bounds. */
  readonly repeatedExactly: boolean;
}

/** What is in a data set. */
export interface Inspection extends PictureFindings, TextFindings {
  readonly samples: number;
  readonly withoutCaption: number;
  readonly captions: number;
  readonly withBoxes: number;
  readonly boxes: number;
  readonly withConversation: number;
  readonly withFrames: number;
  /** Words and characters of captions. */
  readonly words?: Distribution;
  readonly characters?: Distribution;
  readonly examples: readonly Example[];
}

/** A part of a document as a report shows it. */
export type ShownPart =
  | { readonly kind: "text"; readonly text: string }
  | ({ readonly kind: "image"; readonly url?: string; readonly alt?: string } & ShownPicture);

/** A document as a report shows it. */
export interface DocumentExample {
  readonly key: string;
  /** The first parts. */
  readonly parts: readonly ShownPart[];
  /** How many parts there are besides. */
  readonly more: number;
}

/** What is in a set of interleaved documents. */
export interface DocumentInspection extends PictureFindings, TextFindings {
  readonly documents: number;
  readonly pictures: number;
  /** Pictures of which the data has nothing but the address. */
  readonly addresses: number;
  readonly withAlt: number;
  readonly texts: number;
  readonly withoutPicture: number;
  readonly withoutText: number;
  /** Pictures of a document, texts of a document, words of a document, words of a text. */
  readonly picturesEach?: Distribution;
  readonly textsEach?: Distribution;
  readonly wordsEach?: Distribution;
  readonly words?: Distribution;
  readonly examples: readonly DocumentExample[];
}
