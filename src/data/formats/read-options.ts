import type { OnDrop } from "../sample.ts";

/** What every reader of samples is told. */
export interface ReadOptions {
  /** Told of every sample that is left out, with its reason. */
  readonly onDrop: OnDrop;
  /** Yields samples without captions too; they are dropped if absent. */
  readonly keepUncaptioned?: boolean;
  /** Where the pictures are that a table, COCO or LLaVA file names; beside the file, or where COCO has them, if absent. */
  readonly images?: string;
}
