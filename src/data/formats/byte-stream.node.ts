import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Whether a place is a web address, not a path. */
export const isUrl = (at: string): boolean => /^https?:\/\//.test(at);

/**
 * The bytes of a file or web address as they arrive; gzip, known by its first bytes, is unpacked.
 * @throws {InputError} FILE_NOT_READABLE when iteration begins; errors of the transfer or of gzip come as they are
 */
export async function* byteStream(at: string): AsyncGenerator<Uint8Array> {
  const source = isUrl(at) ? await openUrl(at) : createReadStream(at);
  source.on("error", () => {}); // comes out of the iteration
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  try {
    const first = await chunks.next().catch((cause: unknown) => {
      throw notReadable(at, cause);
    });
    if (first.done) return;
    const whole = withFirst(first.value, chunks);
    if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* gunzipped(whole);
    else yield* whole;
  } finally {
    source.destroy();
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const unpack = createGunzip();
  source.on("error", (error) => unpack.destroy(error));
  for await (const chunk of source.pipe(unpack)) yield chunk instanceof Uint8Array ? chunk : new Uint8Array();
}

async function openUrl(url: string): Promise<Readable> {
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    }
    return Readable.from(response.body, { objectMode: false });
  } catch (cause) {
    throw notReadable(url, cause);
  }
}

const notReadable = (at: string, cause: unknown): InputError =>
  new InputError("FILE_NOT_READABLE", at, reasonOf(cause), "check the path or address, and permissions", { cause });

/** The lines of a text, without their ends; `undefined` for those that are no UTF-8. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  let rest: Uint8Array[] = []; // the line that the chunks so far have begun
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield lineOf([...rest, chunk.subarray(from, end)]);
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield lineOf(rest);
}

/** Of its parts. A byte-order mark is left out. */
function lineOf(parts: readonly Uint8Array[]): string | undefined {
  const text = decodeUtf8(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  return text?.endsWith("\r") ? text.slice(0, -1) : text;
}
