/** A file of a tar archive. */
export interface TarEntry {
  /** Its path in the archive. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Archives are made of blocks; contents are filled up to whole ones. Bytes. */
const blockSize = 512;

/** Long names and the like are refused beyond this; bytes. */
const maxExtension = 2 ** 20;

/**
 * The files of a tar archive (POSIX ustar and pax, GNU, and the format before both), cut out of its bytes as they arrive: no stream for each
 * file, since a shard has hundreds of thousands of small ones. Folders, links and devices are passed over. Memory holds a file and a chunk.
 *
 * @param maxBytes a file that claims to be larger is taken for damage
 * @throws {Error} if the archive is damaged or cut off, after the files before the damage
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, section "ustar Interchange Format" and "pax Extended Header"
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<TarEntry> {
  await using source = new ByteQueue(chunks);
  let extension: Extension = {};
  for (;;) {
    const block = await source.take(blockSize);
    if (block.length === 0) return;
    const header = readHeader(block);
    if (header === undefined) continue; // zeros end an archive, and another one may follow
    const { type } = header;
    const [name, size] = [extension.name ?? header.name, type === folder ? 0 : (extension.size ?? header.size)];
    const isExtension = extensions.includes(type);
    if (!(size <= (isExtension ? maxExtension : maxBytes))) throw new Error(`${name} claims ${size} bytes`);
    const room = Math.ceil(size / blockSize) * blockSize;
    const filled = await source.take(room);
    if (filled.length < room) throw new Error(`the archive ends inside ${name}`);
    if (isExtension) {
      extension = { ...extension, ...readExtension(type, filled.subarray(0, size)) };
      continue;
    }
    extension = {};
    if (files.includes(type)) yield { name, bytes: filled.slice(0, size) }; // a copy, which does not keep the whole chunk in memory
  }
}

/** Types of entries: one character each. */
const [files, folder, extensions] = [["0", "\0", "7"], "5", ["x", "g", "L", "K"]];

/** What the blocks before a file say of it that has no room in its header. */
interface Extension {
  readonly name?: string;
  readonly size?: number;
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** @returns `undefined` for a block of zeros */
function readHeader(block: Uint8Array): Header | undefined {
  if (block.length < blockSize) throw new Error("the archive ends inside a header");
  let sum = 8 * 0x20; // the checksum's own place counts as spaces
  for (let i = 0; i < 148; i++) sum += block[i]!;
  for (let i = 156; i < blockSize; i++) sum += block[i]!;
  if (sum === 8 * 0x20) return undefined;
  if (sum !== readNumber(block, 148, 156)) throw new Error("a header's checksum is wrong");
  const name = readText(block, 0, 100);
  const prefix = block[262] === 0 && block[345] !== 0 ? readText(block, 345, 500) : ""; // GNU's format has a space behind "ustar"
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: readNumber(block, 124, 136),
    type: String.fromCharCode(block[156]!),
  };
}

/** Octal digits between spaces and zeros; or, as GNU writes what is too large for them, a bit and base 256. NaN for anything else. */
function readNumber(block: Uint8Array, start: number, end: number): number {
  let [value, at] = [0, start];
  if (block[at] === 0x80) while (++at < end) value = value * 256 + block[at]!;
  while (block[at] === 0x20 && at < end) at++;
  for (; at < end && block[at] !== 0 && block[at] !== 0x20; at++) {
    const digit = block[at]! - 0x30;
    value = digit >= 0 && digit < 8 ? value * 8 + digit : NaN;
  }
  return value;
}

/** The name of the next file in GNU's way (`L`), or what pax records (`x`) say of it. Those of all files (`g`) and names of links (`K`) say nothing that is wanted. */
function readExtension(type: string, bytes: Uint8Array): Extension {
  if (type === "L") return { name: readText(bytes, 0, bytes.length) };
  const found: { name?: string; size?: number } = {};
  if (type !== "x") return found;
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(decoder.decode(bytes.subarray(at, at + 20)), 10); // of `length key=value\n`
    if (!(length > 0)) throw new Error("a pax record has no length");
    const [, key, value = ""] = /^\d+ ([^=]+)=(.*)\n$/s.exec(decoder.decode(bytes.subarray(at, at + length))) ?? [];
    if (key === "path") found.name = value;
    if (key === "size") found.size = Number(value);
    at += length;
  }
  return found;
}

const decoder = new TextDecoder();

/** The text in some bytes, up to a zero. */
function readText(bytes: Uint8Array, start: number, end: number): string {
  const zero = bytes.indexOf(0, start);
  return decoder.decode(bytes.subarray(start, zero < 0 || zero > end ? end : zero));
}

/** Hands out the bytes of a stream in pieces of the length that is asked for. */
class ByteQueue implements AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes; fewer than `count` where the stream ends. They share memory with others. */
  async take(count: number): Promise<Uint8Array> {
    if (this.#rest.length < count) await this.#gather(count);
    const piece = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async #gather(count: number): Promise<void> {
    const parts = [this.#rest];
    for (let length = this.#rest.length; length < count; length += parts.at(-1)!.length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
    }
    this.#rest = joined(parts);
  }

  /** Leaves the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
