/** A caption without what copies of it differ in: case, signs, width of characters, spaces. */
export const normalised = (caption: string): string =>
  caption
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** A {@link normalised} caption with every number alike: "page 3 of 12" and "page 7 of 12" have one template. */
export const template = (normal: string): string => normal.replaceAll(/\p{N}+/gu, "0");

/**
 * A 52-bit digest of a text, for counting how often it occurs: two runs of FNV-1a over its UTF-16 units. Among a million different texts two
 * share one with a chance of 1 in 9,000.
 */
export function captionDigest(text: string): number {
  let [a, b] = [0x811c9dc5, 0xcbf29ce4];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca6b);
  }
  return (a >>> 0) * 2 ** 20 + ((b >>> 0) >>> 12);
}
