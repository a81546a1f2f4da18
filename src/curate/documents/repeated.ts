import { threefry } from "../../engine/random.ts";
import type { Page } from "./html-page.ts";

/** What many pages share. */
export interface Repeated {
  /** A paragraph that pages of this site have. */
  readonly paragraph: (site: string, text: string) => boolean;
  /** A picture that pages of the whole data have. */
  readonly picture: (url: string) => boolean;
}

/** Occurrences from which on a paragraph of a site is boilerplate, and over which a picture is common; OBELICS, appendix A.1.5 and A.1.3
 * (its code: more than 2, and `THRESHOLD_TOO_DUPLICATED` = 10). Its code counts a paragraph as often as it stands on a page, Fovea once a page. */
const [paragraphsFrom, picturesOver] = [3, 10];

/**
 * Counts paragraphs by site and pictures over all pages, in one pass of its own before documents are made: a page's occurrences count once.
 * Memory: a number for each different paragraph and picture.
 */
export async function findRepeated(
  pages: AsyncIterable<{ readonly site: string; readonly page: Page }>,
): Promise<Repeated> {
  const paragraphs = new Map<number, number>();
  const pictures = new Map<number, number>();
  for await (const { site, page } of pages) {
    const parts = page.sections.flat();
    const texts = parts.flatMap((part) => (part.kind === "text" ? [hash(site, part.text)] : []));
    const urls = parts.flatMap((part) => (part.kind === "image" ? [hash(part.url)] : []));
    for (const text of new Set(texts)) paragraphs.set(text, (paragraphs.get(text) ?? 0) + 1);
    for (const url of new Set(urls)) pictures.set(url, (pictures.get(url) ?? 0) + 1);
  }
  return {
    paragraph: (site, text) => (paragraphs.get(hash(site, text)) ?? 0) >= paragraphsFrom,
    picture: (url) => (pictures.get(hash(url)) ?? 0) > picturesOver,
  };
}

/** Leaves out documents that are there already: pages of the same address, and those with the very same pictures. */
export class DocumentSet {
  readonly #addresses = new Set<number>();
  readonly #pictures = new Set<number>();

  /** Adds a document; the reason if it is there already. */
  add(address: string, pictures: readonly string[]): "DOCUMENT_SAME_ADDRESS" | "DOCUMENT_SAME_PICTURES" | undefined {
    const [at, shown] = [hash(address), hash(...pictures.toSorted())];
    if (this.#addresses.has(at)) return "DOCUMENT_SAME_ADDRESS";
    if (this.#pictures.has(shown)) return "DOCUMENT_SAME_PICTURES";
    this.#addresses.add(at);
    this.#pictures.add(shown);
    return undefined;
  }
}

/** 53 bits of texts: that two of a million texts agree by chance has a probability of 0.00006. */
function hash(...texts: readonly string[]): number {
  let [first, second] = [0, 0];
  for (const text of texts)
    for (let i = 0; i <= text.length; i++) {
      const unit = i < text.length ? text.charCodeAt(i) + 1 : 0; // a text ends with a 0 that no other unit is
      first = Math.imul(first ^ unit, 0x01000193) + 1;
      second = Math.imul(second + unit, 0x85ebca6b) ^ (second >>> 13);
    }
  const [high, low] = threefry([first >>> 0, second >>> 0], 0, 0);
  return (high >>> 11) * 2 ** 32 + low;
}
