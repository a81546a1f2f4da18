/** The text of a web page's file: by its byte order mark, by the encoding that it names, else as UTF-8, or Western if it is none. */
export function decodePage(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const start = String.fromCharCode(...bytes.subarray(0, 1024)); // where HTML wants it named
  const [, named = "utf-8"] = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(start) ?? [];
  try {
    return new TextDecoder(named, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes); // reads any bytes
  }
}
