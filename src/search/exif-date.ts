/** Tags of the dates that a camera writes: where the EXIF block is, when the picture was taken, when the file was changed. */
const tags = { exifBlock: 0x8769, taken: 0x9003, changed: 0x0132 } as const;

/**
 * When a picture was taken, by its EXIF data; `undefined` if it does not say, or is damaged. Cameras write local time without a zone: it
 * is given as if it were UTC, in milliseconds since 1970.
 *
 * @param exif the block as JPEG and WebP keep it, with or without the mark `Exif` at its head
 * @see Exif 2.32 (CIPA DC-008), section 4.6
 */
export function exifDate(exif: Uint8Array): number | undefined {
  const hasMark = exif[0] === 0x45 && exif[1] === 0x78; // "Ex"
  const tiff = hasMark ? exif.subarray(6) : exif;
  try {
    const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
    const little = view.getUint16(0) === 0x4949; // "II"
    const main = entriesAt(view, view.getUint32(4, little), little);
    const block = main.get(tags.exifBlock);
    const inner = block === undefined ? undefined : entriesAt(view, view.getUint32(block, little), little);
    const [taken, changed] = [inner?.get(tags.taken), main.get(tags.changed)];
    const at = taken ?? changed;
    if (at === undefined) return undefined;
    const start = view.getUint32(at, little);
    return parseDate(new TextDecoder("latin1").decode(tiff.subarray(start, start + 19)));
  } catch {
    return undefined; // offsets that lead outside
  }
}

/** Where the value (or its offset) of each tag of a directory stands. */
function entriesAt(view: DataView, directory: number, little: boolean): Map<number, number> {
  const entries = new Map<number, number>();
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    entries.set(view.getUint16(entry, little), entry + 8);
  }
  return entries;
}

/** EXIF dates are written `2023:05:17 14:02:11`; a camera whose clock is not set writes zeros. */
function parseDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  if (year === undefined || year === "0000") return undefined;
  const date = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date) ? undefined : date;
}
