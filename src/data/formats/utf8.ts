const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text of a file, or of a part of one, without byte-order mark; `undefined` if it is no UTF-8, as of Latin-1 or CP949. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
