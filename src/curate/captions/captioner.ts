import type { RgbImage } from "../../platform/platform.ts";

/** Writes captions of pictures: a model behind an endpoint, or one on this machine. */
export interface Captioner {
  /** Of the model: what the captions' provenance says. */
  readonly name: string;
  /** Pictures that it is worth giving it at once. */
  readonly concurrency: number;
  /**
   * Captions of a picture, none blank.
   * @param image   the bytes of a file, or decoded
   * @param count   how many captions; equal ones may be among them
   * @throws {InputError} if there are none to be had: for this picture, or at all
   */
  readonly caption: (image: Uint8Array | RgbImage, count: number, signal?: AbortSignal) => Promise<readonly string[]>;
}
