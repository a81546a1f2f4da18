import { cosine, pictureEmbeddings, type ScoringEmbedder } from "../clip/picture-embeddings.ts";
import { captionEmbeddings } from "../clip/clip-score.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { Scorer } from "../stage.ts";
import { coveredShare, maskRegions } from "./mask-text.ts";
import { detectText, type Spotter } from "./spotting.ts";

/**
 * Similarity of the first caption and the picture whose text is painted over: low for pairs that belong together for their text alone.
 * Pictures without text have their plain CLIP score.
 * @see Maini et al. 2023 (T-MARS), https://arxiv.org/abs/2307.03132
 */
export function tMarsScorer(embedder: ScoringEmbedder, spotter: Spotter): Scorer {
  return {
    id: "t-mars",
    version: `1 ${embedder.fingerprint}`,
    columns: { t_mars_score: "number", t_mars_text_area: "number" },
    score: async (batch) => {
      const found = await Promise.all(batch.map((candidate) => detectText(spotter, candidate)));
      const masked = found.flatMap((text, i) =>
        text !== null && text.regions.length > 0 ? [{ i, picture: maskRegions(text.picture, text.regions) }] : [],
      );
      const plain = await pictureEmbeddings(
        embedder,
        batch.filter((_, i) => found[i]?.regions.length === 0),
      );
      const pictures = new Map<number, Float32Array | null>();
      for (const [i, text] of found.entries()) if (text?.regions.length === 0) pictures.set(i, plain.shift() ?? null);
      for await (const { item, embedding } of embedder.embedStream(masked, pixelsOf, fail))
        pictures.set(item.i, embedding);
      const captions = await captionEmbeddings(embedder, batch);
      return found.map((text, i) => {
        const [picture, caption] = [pictures.get(i), captions[i]];
        return {
          t_mars_score: picture && caption ? cosine(picture, caption) : null,
          t_mars_text_area: text === null ? null : coveredShare(text.regions, text.picture),
        };
      });
    },
  };
}

const pixelsOf = ({ picture }: { readonly picture: RgbImage }): RgbImage => picture;

const fail = (_: unknown, error: unknown): never => {
  throw error;
};
