import type { Positives } from "../metrics/retrieval.ts";

/** Texts to retrieve with, each once, and the images that each describes. */
export interface SharedCaptions {
  readonly texts: readonly string[];
  readonly imagesOfText: Positives;
}

/**
 * Joins equal captions: a text that describes several images is one query with several right answers. An image may have
 * several captions. Texts keep the order in which they first appear.
 */
export function shareCaptions(captionsOfImage: readonly (readonly string[])[]): SharedCaptions {
  const images = new Map<string, number[]>();
  for (const [image, captions] of captionsOfImage.entries())
    for (const caption of new Set(captions)) {
      const sharing = images.get(caption);
      if (sharing) sharing.push(image);
      else images.set(caption, [image]);
    }
  return { texts: [...images.keys()], imagesOfText: [...images.values()] };
}

/** The same ground truth seen from the images: the texts of each, none for an image that no text describes. */
export function textsOfImages(imagesOfText: Positives, images: number): number[][] {
  const texts: number[][] = Array.from({ length: images }, () => []);
  for (const [text, list] of imagesOfText.entries())
    for (const image of new Set(Array.from(list))) texts[image]?.push(text);
  return texts;
}
