import type { Example, Inspection } from "../../data/inspect/inspection.ts";
import { html, type Html } from "../report/html.ts";
import { page } from "../report/page.ts";
import { formatCount } from "../scores.ts";
import {
  headline,
  inspectionStyle,
  jpegUri,
  kindsSection,
  lossSections,
  repeatedSection,
  sizesSection,
} from "./inspection-parts.ts";
import { distributionsOf } from "./inspection-text.ts";

/** What is in a data set as one HTML page that needs no other file. */
export function inspectionPage(found: Inspection): string {
  const body = html`<h1>What is in this data set</h1>
    <p class="lead"><code>${found.source}</code></p>
    ${headline([
      ["Samples", found.samples, "read"],
      [
        "Captions",
        found.captions,
        found.withoutCaption === 0 ? "every sample has one" : `${formatCount(found.withoutCaption)} samples have none`,
      ],
      ["Boxes", found.boxes, `on ${formatCount(found.withBoxes)} samples`],
      ["Conversations", found.withConversation, "samples"],
    ])}
    ${lossSections(found, "Samples")} ${sizesSection(distributionsOf(found))}
    ${kindsSection(
      found,
      "samples",
      "Languages in brackets are guesses from script and common words: short captions often have none.",
    )}
    ${repeatedSection(found, "Captions")}
    <section>
      <h2>Examples</h2>
      <p>Drawn at random, each with the same chance.</p>
      <div class="examples">${found.examples.map(example)}</div>
    </section>`;
  return page(`${found.source}: what is in it`, body, { style: inspectionStyle });
}

const example = ({ key, captions, width, height, thumbnail }: Example): Html =>
  html`<figure class="card">
    ${thumbnail ? html`<img src="${jpegUri(thumbnail)}" alt="" />` : html`<p class="muted">no picture</p>`}
    <figcaption>
      ${captions.length === 0 ? html`<span class="muted">(no caption)</span>` : captions.map((text) => html`<span>${text}</span>`)}
      <small>${key}${width !== undefined && ` · ${width}×${height}`}</small>
    </figcaption>
  </figure>`;
