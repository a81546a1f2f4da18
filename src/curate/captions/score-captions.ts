import type { Sample } from "../../data/sample.ts";
import { cosine, type ScoringEmbedder } from "../clip/picture-embeddings.ts";
import type { ScoredCaptions } from "./mix-captions.ts";

/**
 * Scores every caption of each sample by its cosine similarity to the picture.
 * @param onFailure told of each sample whose picture cannot be read, which is then left out
 */
export async function* scoreCaptions(
  samples: AsyncIterable<Sample>,
  embedder: ScoringEmbedder,
  onFailure: (sample: Sample, error: unknown) => void,
): AsyncGenerator<ScoredCaptions> {
  const image = async ({ image }: Sample) => ("read" in image ? image.read() : image);
  for await (const { item: sample, embedding } of embedder.embedStream(samples, image, onFailure)) {
    const texts = await embedder.embedTexts(sample.captions.map(({ text }) => text));
    const scores = sample.captions.map((_, i) =>
      cosine(embedding, texts.subarray(i * embedder.width, (i + 1) * embedder.width)),
    );
    yield { sample, scores };
  }
}
