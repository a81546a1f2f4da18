/**
 * EXIF's orientation of a JPEG file, 1 to 8; those from 5 on turn the picture by a quarter. 1, upright, if the file does not say.
 * @see Exif 2.32, section 4.5: the segment APP1 holds a TIFF file, whose first directory has tag 0x0112
 */
export function orientationOf(jpeg: Uint8Array): number {
  const file = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  try {
    for (let at = 2; file.getUint8(at) === 0xff; at += 2 + file.getUint16(at + 2)) {
      while (file.getUint8(at + 1) === 0xff) at++; // any number of fill bytes may stand before a marker
      const marker = file.getUint8(at + 1);
      if (marker === 0xda) return 1; // pixels follow
      if (marker === 0xe1 && file.getUint32(at + 4) === 0x45786966) return tiffOrientation(file, at + 10); // "Exif"
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // read beyond the end
  }
  return 1;
}

function tiffOrientation(file: DataView, start: number): number {
  const isLittle = file.getUint16(start) === 0x4949;
  const directory = start + file.getUint32(start + 4, isLittle);
  const entries = file.getUint16(directory, isLittle);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (file.getUint16(entry, isLittle) === 0x0112) return file.getUint16(entry + 8, isLittle);
  }
  return 1;
}
