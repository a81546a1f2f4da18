import { formatCosine } from "./axis.ts";
import { rampClass, rampSize } from "./color.ts";
import { html, type Html, pngDataUri } from "./html.ts";

/** Similarities of captions and pictures, small enough to look at: up to about 24 of each. */
export interface SimilarityMatrix {
  readonly captions: readonly string[];
  /** PNG files, one per column. */
  readonly pictures: readonly Uint8Array[];
  /** `[captions, pictures]` */
  readonly scores: Float32Array;
  /** The pictures that each caption describes. */
  readonly picturesOfCaption: readonly ArrayLike<number>[];
}

/** The matrix as a table: captions down, pictures across, right pairs framed, with a legend of the colour scale. */
export function similaritySection({ captions, pictures, scores, picturesOfCaption }: SimilarityMatrix): Html {
  const finite = Array.from(scores).filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const nameOf = (picture: number): string =>
    captions.filter((_, caption) => Array.from(picturesOfCaption[caption]!).includes(picture)).join(", ") ||
    "no caption";
  const cell = (caption: number, picture: number): Html => {
    const score = scores[caption * pictures.length + picture]!;
    const own = Array.from(picturesOfCaption[caption]!).includes(picture);
    return html`<td class="${rampClass(score, low, high)}${own && " own"}">${formatCosine(score)}</td>`;
  };
  return html`<p>
      Cosine similarity of each caption with each picture. A good model is strong where a caption describes the picture,
      and faint elsewhere.
    </p>
    ${scaleLegend(low, high)}
    <div class="scroll" tabindex="0" role="region" aria-label="Similarity matrix">
      <table class="matrix">
        <thead>
          <tr>
            <td></td>
            ${pictures.map((png, i) => html`<th scope="col"><img src="${pngDataUri(png)}" alt="${nameOf(i)}" /></th>`)}
          </tr>
        </thead>
        <tbody>
          ${captions.map(
            (caption, row) =>
              html`<tr>
                <th scope="row" title="${caption}"><span>${caption}</span></th>
                ${pictures.map((_, column) => cell(row, column))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function scaleLegend(low: number, high: number): Html {
  const steps = Array.from({ length: rampSize }, (_, i) => html`<i class="q${i}"></i>`);
  return html`<div class="scale">
    <span>${formatCosine(low)}</span><span class="ramp" aria-hidden="true">${steps}</span
    ><span>${formatCosine(high)}</span> <span class="framed"><i></i>the caption describes the picture</span>
  </div>`;
}
