import { formatCount } from "../scores.ts";
import { formatCosine } from "./axis.ts";
import { html, type Html, pngDataUri } from "./html.ts";

/** A caption and the pictures that the model finds nearest to it, nearest first. */
export interface NearestPictures {
  readonly caption: string;
  /** Rank of the first right picture among all candidates, from 1, ties against the model. */
  readonly rank: number;
  readonly pictures: readonly NearPicture[];
}

/** One picture of an answer. */
export interface NearPicture {
  /** A PNG file. */
  readonly png: Uint8Array;
  /** What it really shows. */
  readonly caption: string;
  /** Cosine similarity. */
  readonly score: number;
  /** Whether the asked caption describes it. */
  readonly correct: boolean;
}

/** A card for each caption; right pictures carry a tick and a frame. */
export function nearestSection(answers: readonly NearestPictures[]): Html {
  return html`<p>
      What the model finds for captions, nearest first. Right answers are framed and ticked; the numbers are cosine
      similarities.
    </p>
    <div class="cards">${answers.map(card)}</div>`;
}

function card({ caption, rank, pictures }: NearestPictures): Html {
  return html`<article class="card">
    <h3>${caption}</h3>
    <p class="${rank === 1 ? "right" : "muted"}">
      ${rank === 1 ? "right at first" : `first right one at rank ${formatCount(rank)}`}
    </p>
    <ol>
      ${pictures.map(
        ({ png, caption: shown, score, correct }) =>
          html`<li class="${correct && "correct"}">
            <img src="${pngDataUri(png)}" alt="${shown}${correct && " (right)"}" title="${shown}" />
            <span>${formatCosine(score)}</span>
          </li>`,
      )}
    </ol>
  </article>`;
}
