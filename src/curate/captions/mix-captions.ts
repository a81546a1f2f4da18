import type { Caption, OnDrop, Sample } from "../../data/sample.ts";
import { isSynthetic } from "./provenance.ts";

/** A sample with a score for each of its captions: how well it fits the picture, higher is better. */
export interface ScoredCaptions {
  readonly sample: Sample;
  readonly scores: readonly number[];
}

/** Which captions of a sample stay. */
export type MixPolicy =
  /** Those that no model wrote. */
  | { readonly keep: "raw" }
  /** Those that a model wrote. */
  | { readonly keep: "synthetic" }
  /** All. */
  | { readonly keep: "all" }
  /** The one with the highest score. */
  | { readonly keep: "best" }
  /** The best raw one if its score is at least `rawFrom`, else the best synthetic one (Nguyen et al. 2023, https://arxiv.org/abs/2307.10350). */
  | { readonly keep: "by-score"; readonly rawFrom: number };

/**
 * Chooses among raw and synthetic captions. Samples of which none is left are dropped as `CAPTION_NONE_LEFT`.
 *
 * @param minScore captions below go, whoever wrote them, before the policy chooses. With the policy `all` this is CapFilt: what a
 *   captioner wrote and what the web says pass the same filter (Li et al. 2022, https://arxiv.org/abs/2201.12086, section 3.3)
 */
export async function* mixCaptions(
  scored: AsyncIterable<ScoredCaptions>,
  policy: MixPolicy,
  { minScore = -Infinity, onDrop }: { readonly minScore?: number | undefined; readonly onDrop: OnDrop },
): AsyncGenerator<Sample> {
  for await (const { sample, scores } of scored) {
    const passed = sample.captions
      .map((caption, i) => ({ caption, score: scores[i] ?? NaN }))
      .filter(({ score }) => !(score < minScore));
    const captions = chosen(passed, policy);
    if (captions.length > 0) yield { ...sample, captions };
    else onDrop(sample.key, "CAPTION_NONE_LEFT");
  }
}

/** A caption with its score, NaN if nobody scored it. */
interface Rated {
  readonly caption: Caption;
  readonly score: number;
}

function chosen(rated: readonly Rated[], policy: MixPolicy): Caption[] {
  const raw = rated.filter(({ caption }) => !isSynthetic(caption));
  const synthetic = rated.filter(({ caption }) => isSynthetic(caption));
  const captionsOf = (some: readonly (Rated | undefined)[]): Caption[] =>
    some.flatMap((one) => (one === undefined ? [] : [one.caption]));
  if (policy.keep === "raw") return captionsOf(raw);
  if (policy.keep === "synthetic") return captionsOf(synthetic);
  if (policy.keep === "all") return captionsOf(rated);
  if (policy.keep === "best") return captionsOf([best(rated)]);
  const bestRaw = best(raw);
  return captionsOf([bestRaw !== undefined && bestRaw.score >= policy.rawFrom ? bestRaw : best(synthetic)]);
}

/** Of equal scores the first. */
const best = (rated: readonly Rated[]): Rated | undefined =>
  rated.reduce<Rated | undefined>((top, one) => (top === undefined || one.score > top.score ? one : top), undefined);
