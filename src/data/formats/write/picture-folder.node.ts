import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileNumber, type PreparedPicture } from "./sample-sink.ts";

/** Samples in a subfolder: more would slow down file systems and file managers. */
const perFolder = 10_000;

/** Writes numbered pictures into subfolders of a folder. */
export class PictureFolder {
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The name of a sample's files below the folder, without ending; its subfolder is there. */
  async nameFor(index: number): Promise<string> {
    const sub = fileNumber(Math.floor(index / perFolder), 5);
    if (!this.#made.has(sub)) {
      await mkdir(join(this.#folder, sub), { recursive: true });
      this.#made.add(sub);
    }
    return `${sub}/${fileNumber(index)}`;
  }

  /** Writes a picture. @returns its path below the folder, with `/` */
  async write({ bytes, ending }: PreparedPicture, index: number): Promise<string> {
    const name = `${await this.nameFor(index)}.${ending}`;
    await writeFile(join(this.#folder, name), bytes);
    return name;
  }
}
