import { resolve } from "node:path";
import sharp from "sharp";
import { InputError } from "../../platform/error.ts";
import { pictureFormat } from "../download/picture-format.ts";
import { isUrl } from "../formats/byte-stream.node.ts";
import { DropCounts } from "../formats/drop-counts.ts";
import type { SampleImage } from "../sample.ts";
import { Counts } from "./counts.ts";
import type { PictureFindings } from "./inspection.ts";
import { distributionsIn, Tally } from "./tally.ts";

/** Looks at pictures by their headers alone. */
export class PictureSurvey {
  readonly #formats = new Counts();
  readonly #unreadable = new DropCounts();
  readonly #tallies = { width: new Tally(), height: new Tally(), fileBytes: new Tally() };
  /** Where the first picture was looked for that is not there. */
  #sought: string | undefined;

  /** Measures a picture. @returns its file; `undefined` if there is none to be had */
  async add(name: string, image: SampleImage): Promise<Uint8Array | undefined> {
    try {
      if (!(image instanceof Uint8Array) && !("read" in image)) {
        this.#measure("decoded", image.width, image.height);
        return undefined;
      }
      const bytes = image instanceof Uint8Array ? image : await image.read();
      this.#tallies.fileBytes.add(bytes.length);
      const { format, autoOrient: upright } = await sharp(bytes, { limitInputPixels: false }).metadata();
      this.#measure(pictureFormat(bytes) ?? format, upright.width, upright.height);
      return bytes;
    } catch (error) {
      const isAbsent = error instanceof InputError && error.code === "FILE_NOT_READABLE";
      if (isAbsent) this.#sought ??= isUrl(error.where) ? error.where : resolve(error.where);
      this.#unreadable.add(name, isAbsent ? "FILE_NOT_READABLE" : "IMAGE_NOT_DECODABLE");
      return undefined;
    }
  }

  /** @throws {InputError} PICTURES_NOT_FOUND if there are pictures, and not one of them is there */
  demandFound(source: string): void {
    const [reason, ...others] = this.#unreadable.list();
    if (this.#formats.size > 0 || reason?.reason !== "FILE_NOT_READABLE" || others.length > 0) return;
    throw new InputError(
      "PICTURES_NOT_FOUND",
      source,
      `none of its ${reason.count} pictures can be read; the first was looked for at ${this.#sought}`,
      "check the paths; if a table names files that are elsewhere, give their folder with --images",
    );
  }

  result(): PictureFindings {
    const { width, height, fileBytes } = this.#tallies;
    return {
      unreadable: this.#unreadable.list(),
      formats: this.#formats.byCount(),
      ...distributionsIn({ width, height, fileBytes }),
    };
  }

  #measure(format: string, width: number, height: number): void {
    this.#formats.add(format);
    this.#tallies.width.add(width);
    this.#tallies.height.add(height);
  }
}

/** A picture small enough to be shown among others. */
export interface Thumbnail {
  /** Of the picture itself; pixels. */
  readonly width: number;
  readonly height: number;
  /** JPEG of at most 160 pixels. */
  readonly thumbnail: Uint8Array;
}

/** `undefined` if the picture cannot be decoded. */
export async function thumbnailOf(bytes: Uint8Array | undefined): Promise<Thumbnail | undefined> {
  if (bytes === undefined) return undefined;
  try {
    const picture = sharp(bytes, { limitInputPixels: 2 ** 28 });
    const { autoOrient: upright } = await picture.metadata();
    const small = picture.autoOrient().resize({ width: 160, height: 160, fit: "inside", withoutEnlargement: true });
    const thumbnail = await small.flatten({ background: "white" }).jpeg({ quality: 80 }).toBuffer();
    return { width: upright.width, height: upright.height, thumbnail: new Uint8Array(thumbnail) };
  } catch {
    return undefined;
  }
}
