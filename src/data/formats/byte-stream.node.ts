import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";

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

/** The lines of a text, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder(); // leaves out a byte-order mark
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
