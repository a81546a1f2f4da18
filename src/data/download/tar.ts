const block = 512;

/**
 * A file as an entry of a tar archive (POSIX ustar): header, content, padding. Time and owner are left at zero, so that the same files make
 * the same archive.
 *
 * @param name at most 100 ASCII characters
 */
export function tarEntry(name: string, content: Uint8Array): Uint8Array {
  const entry = new Uint8Array(block + Math.ceil(content.length / block) * block);
  const put = (text: string, at: number): void => void new TextEncoder().encodeInto(text, entry.subarray(at));
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108); // owner
  put(octal(0, 7), 116); // group
  put(octal(content.length, 11), 124);
  put(octal(0, 11), 136); // time
  put(" ".repeat(8), 148); // the checksum counts as spaces
  put("0", 156); // a plain file
  put("ustar\u000000", 257);
  const checksum = entry.subarray(0, block).reduce((sum, byte) => sum + byte, 0);
  put(`${octal(checksum, 6)} `, 148);
  entry.set(content, block);
  return entry;
}

/** What ends an archive. */
export const tarEnd = (): Uint8Array => new Uint8Array(2 * block);
