import type { Candidate, ScoreRow, Scorer } from "../stage.ts";
import { coveredShare } from "./mask-text.ts";
import { detectText, type Spotter } from "./spotting.ts";
import { textOverlap } from "./text-overlap.ts";

/** The texts in a picture, a line each; the share of the picture that they cover; the share of the first caption that they repeat. */
export function textSpottingScorer(spotter: Spotter): Scorer {
  return {
    id: "text-spotting",
    version: "1",
    columns: { text_in_picture: "text", text_area: "number", text_overlap: "number" },
    score: (batch) => Promise.all(batch.map((candidate) => score(spotter, candidate))),
  };
}

async function score(spotter: Spotter, candidate: Candidate): Promise<ScoreRow> {
  const found = await detectText(spotter, candidate);
  if (found === null) return { text_in_picture: null, text_area: null, text_overlap: null };
  const texts = (await spotter.read(found.picture, found.regions)).map(({ text }) => text);
  return {
    text_in_picture: texts.join("\n"),
    text_area: coveredShare(found.regions, found.picture),
    text_overlap: textOverlap(candidate.sample.captions[0]?.text ?? "", texts),
  };
}
