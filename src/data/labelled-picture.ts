import type { EncodedFile } from "./sample.ts";

/** A picture and what it shows. */
export interface LabelledPicture {
  /** Names it in messages; unique within its data set. */
  readonly key: string;
  readonly image: EncodedFile;
  readonly label: string;
}
