/** Formats that a download takes for pictures. */
export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif";

/** Bytes from which {@link pictureFormat} can tell. */
export const formatBytes = 12;

/**
 * The format of a picture by its first bytes; `undefined` if it is none that is taken. Whatever name and content type a server gives, the
 * bytes decide, so that no decoder ever sees what it is not meant for. SVG is not taken: it is a program for drawing, not a picture.
 */
export function pictureFormat(head: Uint8Array): PictureFormat | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 3) === "\xff\xd8\xff") return "jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "webp";
  if (/^GIF8[79]a$/.test(text(0, 6))) return "gif";
  if (text(0, 4) === "II*\0" || text(0, 4) === "MM\0*") return "tiff";
  if (text(4, 8) === "ftyp" && /^(avif|avis|mif1|msf1)$/.test(text(8, 12))) return "avif";
  return undefined;
}
