import type { DropCount } from "../formats/drop-counts.ts";
import type { Distribution } from "./tally.ts";

/** A sample as a report shows it. */
export interface Example {
  readonly key: string;
  readonly captions: readonly string[];
  readonly width?: number;
  readonly height?: number;
  /** JPEG of at most 160 pixels; absent if the picture cannot be decoded. */
  readonly thumbnail?: Uint8Array;
}

/** What is in a data set. */
export interface Inspection {
  readonly source: string;
  readonly samples: number;
  readonly withoutCaption: number;
  readonly captions: number;
  readonly withBoxes: number;
  readonly boxes: number;
  readonly withConversation: number;
  readonly withFrames: number;
  readonly drops: readonly DropCount[];
  /** Pictures whose header cannot be read, by reason. */
  readonly unreadable: readonly DropCount[];
  readonly formats: Readonly<Record<string, number>>;
  /** Captions by language: as the data says. */
  readonly languages: Readonly<Record<string, number>>;
  /** Captions whose language the data does not say: as script and common words tell; `unknown` if they do not. */
  readonly guessedLanguages: Readonly<Record<string, number>>;
  /** Share of samples that have each field. */
  readonly metadata: Readonly<Record<string, number>>;
  /** Pixels, pixels, bytes; words and characters of captions. */
  readonly width?: Distribution;
  readonly height?: Distribution;
  readonly fileBytes?: Distribution;
  readonly words?: Distribution;
  readonly characters?: Distribution;
  /** Captions that occur more than once. */
  readonly repeated: readonly { readonly text: string; readonly count: number }[];
  /** Whether the counts of `repeated` are exact; else lower bounds. */
  readonly repeatedExactly: boolean;
  readonly examples: readonly Example[];
}
