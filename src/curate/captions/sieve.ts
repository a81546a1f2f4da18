import { cosine, type ScoringEmbedder } from "../clip/picture-embeddings.ts";
import type { Candidate, ScoreRow, Scorer } from "../stage.ts";
import { isSynthetic } from "./provenance.ts";

/** Where the captions come from that alt texts are compared with. */
export interface SieveSource {
  /** Names captioner and settings: scores of another source are measured again. */
  readonly id: string;
  /** Captions that a model wrote of the picture; none if it cannot. */
  readonly captionsOf: (candidate: Candidate) => Promise<readonly string[]>;
}

/** The captions that samples bring along, e.g. from `fovea data caption`. */
export const captionsInData: SieveSource = {
  id: "data",
  captionsOf: async ({ sample }) => sample.captions.filter(isSynthetic).map(({ text }) => text),
};

/**
 * Agreement of the alt text with a captioner: the highest cosine similarity of its text to one of the captions that a model wrote, once
 * phrases that say only "this is a picture" are taken out of both. The paper embeds with a sentence encoder; here it is the text tower.
 *
 * @see Mahmoud et al. 2023 (Sieve), https://arxiv.org/abs/2310.02110, section 3; its code's medium list of phrases
 */
export function sieveScorer(
  embedder: Pick<ScoringEmbedder, "width" | "fingerprint" | "embedTexts">,
  source: SieveSource,
): Scorer {
  return {
    id: "sieve",
    version: `1 ${embedder.fingerprint} ${source.id}`,
    columns: { sieve_score: "number", sieve_caption: "text" },
    score: async (batch) => {
      const generated = await Promise.all(batch.map(async (candidate) => await source.captionsOf(candidate)));
      return Promise.all(batch.map((candidate, i) => agreement(embedder, altTextOf(candidate), generated[i]!)));
    },
  };
}

const altTextOf = ({ sample }: Candidate): string | undefined =>
  sample.captions.find((caption) => !isSynthetic(caption))?.text;

async function agreement(
  embedder: Pick<ScoringEmbedder, "width" | "embedTexts">,
  altText: string | undefined,
  generated: readonly string[],
): Promise<ScoreRow> {
  const captions = generated.filter((caption) => withoutMediumPhrases(caption) !== "");
  if (altText === undefined || captions.length === 0) return { sieve_score: null, sieve_caption: null };
  const alt = withoutMediumPhrases(altText);
  if (alt === "") return { sieve_score: 0, sieve_caption: captions[0]! };
  const vectors = await embedder.embedTexts([alt, ...captions.map(withoutMediumPhrases)]);
  const vector = (row: number): Float32Array => vectors.subarray(row * embedder.width, (row + 1) * embedder.width);
  const scores = captions.map((_, i) => cosine(vector(0), vector(i + 1)));
  const best = scores.indexOf(Math.max(...scores));
  return { sieve_score: scores[best]!, sieve_caption: captions[best]! };
}

/** A caption without "an image of", "a photo of", "stock photo" and the like, which captioners and alt texts share whatever they show. */
export const withoutMediumPhrases = (caption: string): string =>
  caption
    .replaceAll(/\b(stock photos?|photo stock|(an? )?(image|photo)s?( of)?)\b/gi, "")
    .replaceAll(/\s+/g, " ")
    .trim();
