import { InputError } from "../../../platform/error.ts";
import type { PictureFormat } from "../../download/picture-format.ts";
import { checkJpeg } from "../../image/jpeg-check.ts";

/**
 * Throws if a picture's file is cut off or, as far as its form tells without decoding, damaged: JPEG is followed through its codes
 * ({@link checkJpeg}), PNG from chunk to chunk to its end, WebP has to have the length that it says. What stands after the end passes. GIF,
 * TIFF and AVIF are not looked at.
 *
 * @throws {InputError} JPEG_CORRUPT, IMAGE_CUT_OFF
 */
export function checkWhole(file: Uint8Array, format: PictureFormat): void {
  if (format === "jpeg") checkJpeg(file);
  else if ((format === "png" && !endsAsPng(file)) || (format === "webp" && !endsAsWebp(file)))
    throw new InputError("IMAGE_CUT_OFF", format, "the file ends before the picture does", "fetch the file again");
}

/** PNG, third edition, section 5: after 8 bytes chunks of length, type, content and check sum, the last of type IEND. */
function endsAsPng(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = 8; at + 12 <= file.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x49_45_4e_44) return true;
  return false;
}

/** RFC 9649, section 2.4: `RIFF`, and the length of what follows it. */
const endsAsWebp = (file: Uint8Array): boolean =>
  file.length >= 8 + new DataView(file.buffer, file.byteOffset, file.length).getUint32(4, true);
