import { InputError } from "../error.ts";

/**
 * Reads a URL, relative ones to the page or worker, or the half-open byte `range` of it.
 *
 * @throws {InputError} FILE_NOT_READABLE: out of reach, shorter than the range, or the server refused
 */
export async function readBytes(
  at: string | URL,
  range?: readonly [start: number, end: number],
): Promise<Uint8Array<ArrayBuffer>> {
  if (range && range[0] === range[1]) return new Uint8Array(); // no header asks for nothing
  try {
    const response = await fetch(at, range ? { headers: { range: `bytes=${range[0]}-${range[1] - 1}` } } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    const body = new Uint8Array(await response.arrayBuffer());
    if (!range) return body;
    const [start, end] = range;
    const bytes = response.status === 206 ? body : body.subarray(start, end); // 200: the server knows no ranges
    if (bytes.length !== end - start) throw new Error(`it has no bytes ${start} to ${end}`);
    return bytes;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      "FILE_NOT_READABLE",
      String(at),
      reason,
      "check the address, and that its server allows this page",
      {
        cause,
      },
    );
  }
}
