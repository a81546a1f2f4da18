import { hostTensor } from "../../engine/host-tensor.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { ContrastiveOptions, PairModel } from "../contrastive.ts";
import type { Tensors } from "../step.ts";

/** Token ids of a text, padded or cut to the model's context. */
export type Encode = (text: string) => readonly number[];

/** The inputs of a contrastive step, to be filled again and again. */
export class ContrastiveFeeds {
  /** Side of the pictures in pixels. */
  readonly side: number;
  readonly #pixels: HostTensor<"uint8">;
  readonly #ids: HostTensor<"int64">;
  readonly #meanings: HostTensor<"float32"> | undefined;
  readonly #encode: Encode;

  constructor(
    { side, context }: Pick<PairModel, "side" | "context">,
    encode: Encode,
    { concepts, views, kindred }: Pick<ContrastiveOptions, "concepts" | "views" | "kindred">,
  ) {
    this.side = side;
    this.#pixels = hostTensor("uint8", [concepts * views, 3, side, side]);
    this.#ids = hostTensor("int64", [concepts, context]);
    this.#meanings = kindred && hostTensor("float32", [concepts, kindred.width]);
    this.#encode = encode;
  }

  /** Where a picture is written: `[3, side, side]`. */
  picture(row: number): Uint8Array {
    const bytes = 3 * this.side ** 2;
    return this.#pixels.data.subarray(row * bytes, (row + 1) * bytes);
  }

  /** Writes pictures, `[rows, 3, side, side]`. */
  setPictures(pixels: Uint8Array): void {
    this.#pixels.data.set(pixels);
  }

  /** Writes a text. */
  setText(row: number, text: string): void {
    const ids = this.#encode(text);
    for (let i = 0; i < ids.length; i++) this.#ids.data[row * ids.length + i] = BigInt(ids[i]!);
  }

  /** Writes what a concept means, if the step asks for it. */
  setMeaning(row: number, meaning: Float32Array): void {
    this.#meanings?.data.set(meaning, row * meaning.length);
  }

  /** The inputs, with the patches that pictures keep if some are dropped. */
  feeds(keep?: HostTensor<"int64">): Tensors {
    const meanings = this.#meanings && { meanings: this.#meanings };
    return { pixels: this.#pixels, input_ids: this.#ids, ...(keep && { keep }), ...meanings };
  }
}
