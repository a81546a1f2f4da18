import type { Candidate, Scorer } from "../stage.ts";
import { defineStage } from "../stage-kind.ts";
import { bestOptions, keepBest } from "./keep-best.ts";
import { cosine, pictureEmbeddings, type ScoringEmbedder } from "./picture-embeddings.ts";

/**
 * Cosine similarity of each picture and its first caption.
 * @see Hessel et al. 2021, https://arxiv.org/abs/2104.08718 (without their factor of 2.5)
 */
export function clipScorer(embedder: ScoringEmbedder): Scorer {
  return {
    id: "clip-score",
    version: `1 ${embedder.fingerprint}`,
    columns: { clip_score: "number" },
    score: async (batch) => {
      const pictures = await pictureEmbeddings(embedder, batch);
      const texts = await captionEmbeddings(embedder, batch);
      return batch.map((_, i) => {
        const [picture, text] = [pictures[i], texts[i]];
        return { clip_score: picture && text ? cosine(picture, text) : null };
      });
    },
  };
}

/** Vectors of the first captions, of unit length; `null` for candidates without. */
export async function captionEmbeddings(
  embedder: Pick<ScoringEmbedder, "width" | "embedTexts">,
  batch: readonly Candidate[],
): Promise<(Float32Array | null)[]> {
  const rows = await embedder.embedTexts(batch.map(({ sample }) => sample.captions[0]?.text ?? ""));
  return batch.map(({ sample }, i) =>
    sample.captions.length === 0 ? null : rows.subarray(i * embedder.width, (i + 1) * embedder.width),
  );
}

/** Pairs whose picture and caption do not belong together. */
export const clipScore = defineStage({
  id: "clip-score",
  summary: "keep pairs whose picture and caption a CLIP finds alike: from a similarity on, or the best share",
  options: bestOptions,
  rule: async ({ min, top, of }, context) =>
    keepBest(
      {
        id: "clip-score",
        scorers: [clipScorer(await context.embedder())],
        column: "clip_score",
        reason: "CLIP_SCORE",
        what: "the similarity of picture and caption",
      },
      // DataComp's best share of its pool by CLIP score (https://arxiv.org/abs/2304.14108, section 4.2), where nothing is asked for
      { min, top: top ?? (min === undefined ? 0.3 : undefined), of },
    ),
});
