import { randomUUID } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";

/** Where a file is in a {@link Spool}. */
export interface Spooled {
  readonly offset: number;
  readonly length: number;
}

/**
 * A temporary file in which the pictures of a shard wait for each other: they arrive in any order, are written in the list's, and memory
 * holds none of them.
 */
export class Spool {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #end = 0;
  #isOpen = true;

  /** @param beside a path; the spool's is this with an ending that {@link isTemporary} knows */
  constructor(beside: string) {
    this.#path = `${beside}.${randomUUID()}.tmp`;
  }

  /** Writes a file. */
  async put(bytes: Uint8Array): Promise<Spooled> {
    const spooled = { offset: this.#end, length: bytes.length };
    this.#end += bytes.length;
    const file = await this.#opened();
    for (let done = 0; done < bytes.length;)
      done += (await file.write(bytes, done, bytes.length - done, spooled.offset + done)).bytesWritten;
    return spooled;
  }

  /** Reads a file back. */
  async get({ offset, length }: Spooled): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const file = await this.#opened();
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new Error(`${this.#path} ends at byte ${offset + filled}`);
      filled += bytesRead;
    }
    return bytes;
  }

  /** Removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    await (await this.#file)?.close();
    await rm(this.#path, { force: true });
  }

  #opened(): Promise<FileHandle> {
    if (!this.#isOpen) throw new Error(`${this.#path} is closed`);
    return (this.#file ??= open(this.#path, "wx+"));
  }
}

/** Whether a file's name is that of one which was never finished, here or by an `AtomicFile`. */
export const isTemporary = (name: string): boolean => /\.[0-9a-f-]{36}\.tmp$/.test(name);
