import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { DownloadFailure } from "./outcome.ts";
import { formatBytes, pictureFormat } from "./picture-format.ts";
import { codeOf } from "./resolve-host.node.ts";

/** We ask for files as they are; some servers pack them all the same. */
const unpackers = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/**
 * The body of an answer, unpacked if the server packed it. It stops as soon as the first bytes are of no picture, or there are too many.
 * @throws {DownloadFailure} TOO_MANY_BYTES, ENCODING_NOT_SUPPORTED, BODY_TRUNCATED, EMPTY_BODY, NOT_A_PICTURE
 */
export async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(answer.headers["content-length"] ?? 0);
  if (announced > maxBytes) throw tooManyBytes(`${announced} bytes are announced`, maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isChecked = false;
  try {
    for await (const chunk of unpacked(answer)) {
      if (!(chunk instanceof Uint8Array)) continue; // streams of bytes give nothing else
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) throw tooManyBytes(`${length} bytes have come`, maxBytes);
      if (isChecked || length < formatBytes) continue;
      isChecked = true;
      checkFormat(Buffer.concat(chunks, length), answer);
    }
  } catch (error) {
    throw error instanceof DownloadFailure ? error : bodyFailure(error, length);
  }
  if (length === 0) throw new DownloadFailure("EMPTY_BODY", "0 bytes", { httpStatus: 200 });
  const bytes = Buffer.concat(chunks, length);
  if (!isChecked) checkFormat(bytes, answer);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
}

function unpacked(answer: IncomingMessage): Readable {
  const encoding = answer.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return answer;
  const unpacker = unpackers.get(encoding)?.();
  if (unpacker === undefined)
    throw new DownloadFailure("ENCODING_NOT_SUPPORTED", JSON.stringify(encoding), { httpStatus: 200 });
  pipeline(answer, unpacker, () => {}); // errors come out of the iteration
  return unpacker;
}

function checkFormat(head: Uint8Array, { headers }: IncomingMessage): void {
  if (pictureFormat(head) !== undefined) return;
  const start = JSON.stringify(String.fromCharCode(...head.subarray(0, formatBytes)));
  const type = headers["content-type"] ?? "of no type";
  throw new DownloadFailure("NOT_A_PICTURE", `${type}, begins with ${start}`, { httpStatus: 200 });
}

const tooManyBytes = (found: string, limit: number): DownloadFailure =>
  new DownloadFailure("TOO_MANY_BYTES", `${found}, the limit is ${limit}`, { httpStatus: 200 });

function bodyFailure(error: unknown, length: number): DownloadFailure {
  const code = codeOf(error) ?? String(error);
  if (code.startsWith("Z_") || code.startsWith("ERR_") || code.startsWith("BROTLI"))
    return new DownloadFailure("ENCODING_NOT_SUPPORTED", code, { httpStatus: 200 });
  return new DownloadFailure("BODY_TRUNCATED", `${code} after ${length} bytes`, { isTransient: true, httpStatus: 200 });
}
