/** Extents in a file's header, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What the header of a PNG, JPEG, GIF or WebP file says of its size, before EXIF turns it: a browser tells it only when
 * all pixels are decoded, which is too late for a picture that is too large.
 *
 * @returns `undefined` for other formats, and for a header that is cut off or broken
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number, length = 4): string => String.fromCharCode(...bytes.subarray(at, at + length));
  try {
    if (tag(1, 3) === "PNG") return { width: file.getUint32(16), height: file.getUint32(20) };
    if (tag(0) === "GIF8") return { width: file.getUint16(6, true), height: file.getUint16(8, true) };
    if (tag(0) === "RIFF" && tag(8) === "WEBP") return webpSize(file, tag(12));
    if (file.getUint16(0) === 0xffd8) return jpegSize(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // read beyond the end
  }
  return undefined;
}

/** Goes from one marker segment to the next until the frame header, which says the size. */
function jpegSize(file: DataView): ImageSize {
  for (let at = 2; ; at += 2 + file.getUint16(at + 2)) {
    while (file.getUint16(at) === 0xffff) at++; // any number of fill bytes may stand before a marker
    const marker = file.getUint8(at + 1);
    // Start of frame: 0xC0 to 0xCF but for Huffman tables (C4), a reserved code (C8) and arithmetic coding (CC).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: file.getUint16(at + 7), height: file.getUint16(at + 5) };
  }
}

/** The three kinds of WebP, by the first chunk's name; https://developers.google.com/speed/webp/docs/riff_container */
function webpSize(file: DataView, chunk: string): ImageSize | undefined {
  if (chunk === "VP8X") return { width: 1 + uint24(file, 24), height: 1 + uint24(file, 27) };
  if (chunk === "VP8 ") return { width: file.getUint16(26, true) & 0x3fff, height: file.getUint16(28, true) & 0x3fff };
  if (chunk !== "VP8L") return undefined;
  const packed = file.getUint32(21, true); // 14 bits of width - 1, then 14 bits of height - 1
  return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
}

const uint24 = (file: DataView, at: number): number => file.getUint16(at, true) + 65_536 * file.getUint8(at + 2);
