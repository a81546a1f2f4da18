import { open, type FileHandle } from "node:fs/promises";

/** A file of JSON lines that grows at its end. */
export class LineLog {
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens a file, made if missing, and cuts off what follows its first `bytes`: what a killed run wrote after its last checkpoint. */
  static async open(path: string, bytes: number): Promise<LineLog> {
    const file = await open(path, "a");
    await file.truncate(bytes);
    return new LineLog(file, bytes);
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a value as a line. */
  async append(value: object): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    await this.#file.appendFile(line);
    this.#bytes += line.length;
  }

  /** Waits until the disk has all of it. */
  async flush(): Promise<void> {
    await this.#file.sync();
  }

  /** Closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
