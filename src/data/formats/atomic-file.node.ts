import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writing } from "../../platform/node/writing.ts";

const bufferBytes = 2 ** 18;

/**
 * A file that is written piece by piece and appears under its name only when it is whole: until then it is a temporary file beside it,
 * whose name ends in `.tmp`.
 *
 * @example
 * await using file = await AtomicFile.create("a.csv"); // throwing before `commit` removes the temporary file
 * await file.write("x\n");
 * await file.commit();
 */
export class AtomicFile {
  /** Where it will be. */
  readonly path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  /** Small pieces wait here: a call of the operating system for each would take longer than to make them. */
  readonly #waiting = new Uint8Array(bufferBytes);
  #waits = 0;
  #bytes = 0;
  #isOpen = true;

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#file = file;
  }

  /** @throws {InputError} FILE_NOT_WRITABLE, also of the methods */
  static async create(path: string): Promise<AtomicFile> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    return new AtomicFile(path, temporary, await writing(path, () => open(temporary, "wx")));
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends; one call at a time. */
  async write(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    this.#bytes += bytes.length;
    if (this.#waits + bytes.length > bufferBytes) await this.#flush();
    if (bytes.length > bufferBytes) return this.#append(bytes);
    this.#waiting.set(bytes, this.#waits);
    this.#waits += bytes.length;
  }

  /** Flushes to disk and puts the file under its name, over whatever has been there. */
  async commit(): Promise<void> {
    await this.#flush();
    await writing(this.path, async () => {
      await this.#file.sync();
      await this.#close();
      await rename(this.#temporary, this.path);
    });
  }

  /** Removes the temporary file, unless it was committed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    await this.#close();
    await rm(this.#temporary, { force: true });
  }

  async #flush(): Promise<void> {
    const end = this.#waits;
    this.#waits = 0;
    await this.#append(this.#waiting.subarray(0, end));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await writing(this.path, async () => {
      for (let done = 0; done < bytes.length;) done += (await this.#file.write(bytes, done)).bytesWritten;
    });
  }

  async #close(): Promise<void> {
    this.#isOpen = false;
    await this.#file.close();
  }
}

/** Removes the temporary files and folders that runs which were killed left beside a path: `PATH.UUID.tmp`. */
export async function removeLeftovers(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const other of await readdir(folder).catch(() => []))
    if (other.startsWith(`${name}.`) && /^[0-9a-f-]{36}\.tmp$/.test(other.slice(name.length + 1)))
      await rm(join(folder, other), { recursive: true });
}
