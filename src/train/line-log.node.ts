import { open, readFile, type FileHandle } from "node:fs/promises";
import { writing } from "../platform/node/writing.ts";
import { byResume } from "./checkpoint.node.ts";

/** A file of JSON lines that grows at its end. */
export class LineLog implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  /** The lines of a file that takes each only once. */
  readonly #known: Set<string> | undefined;
  #bytes: number;

  private constructor(path: string, file: FileHandle, bytes: number, known: Set<string> | undefined) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
    this.#known = known;
  }

  /**
   * Opens a file, made if missing, and cuts off what follows its first `bytes`: what a killed run wrote after its last
   * checkpoint.
   * @param options `once`: a line that the file holds already is not added again
   * @throws {InputError} FILE_NOT_WRITABLE, also of the methods
   */
  static async open(path: string, bytes: number, { once = false } = {}): Promise<LineLog> {
    const file = await writing(path, () => open(path, "a"), byResume);
    await file.truncate(bytes);
    return new LineLog(path, file, bytes, once ? new Set((await readFile(path, "utf8")).split("\n")) : undefined);
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a value as a line. */
  async append(value: object): Promise<void> {
    const line = JSON.stringify(value);
    if (this.#known?.has(line) === true) return;
    this.#known?.add(line);
    const bytes = Buffer.from(`${line}\n`);
    await this.#write(() => this.#file.appendFile(bytes));
    this.#bytes += bytes.length;
  }

  /** Waits until the disk has all of it. */
  async flush(): Promise<void> {
    await this.#write(() => this.#file.sync());
  }

  #write(work: () => Promise<void>): Promise<void> {
    return writing(this.#path, work, byResume);
  }

  /** Closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
