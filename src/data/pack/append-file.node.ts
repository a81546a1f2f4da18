import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Extent } from "./layout.ts";

/** Bytes gathered before they are written. */
const chunkBytes = 2 ** 20;

/** A new file that grows at its end, in writes of about a megabyte. */
export class AppendFile {
  readonly #file: FileHandle;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #checksum = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file; it must not exist. */
  static async create(path: string): Promise<AppendFile> {
    return new AppendFile(await open(path, "wx"));
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** CRC-32 of all bytes so far. */
  get checksum(): number {
    return this.#checksum;
  }

  /** Adds bytes, which must not change afterwards, and says where they are. Resolves when there is room for more. */
  async append(bytes: Uint8Array): Promise<Extent> {
    const extent = { offset: this.#bytes, bytes: bytes.length, checksum: crc32(bytes) };
    this.#checksum = crc32(bytes, this.#checksum);
    this.#bytes += bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= chunkBytes) await this.#write();
    return extent;
  }

  /** Writes what is waiting, to the disk itself. */
  async flush(): Promise<void> {
    await this.#write();
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const chunk = Buffer.concat(this.#waiting);
    [this.#waiting, this.#waitingBytes] = [[], 0];
    await this.#file.appendFile(chunk);
  }
}
