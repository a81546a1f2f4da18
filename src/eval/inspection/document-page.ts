import type { DocumentExample, DocumentInspection, ShownPart } from "../../data/inspect/inspection.ts";
import { html, type Html } from "../report/html.ts";
import { page } from "../report/page.ts";
import { formatCount } from "../scores.ts";
import { documentDistributions } from "./document-text.ts";
import {
  headline,
  inspectionStyle,
  jpegUri,
  kindsSection,
  lossSections,
  repeatedSection,
  sizesSection,
} from "./inspection-parts.ts";

/** What is in a set of interleaved documents as one HTML page that needs no other file. */
export function documentPage(found: DocumentInspection): string {
  const none = (count: number, what: string): string =>
    count === 0 ? "every document has one" : `${formatCount(count)} documents have no ${what}`;
  const body = html`<h1>What is in these documents</h1>
    <p class="lead"><code>${found.source}</code></p>
    ${headline([
      ["Documents", found.documents, "of text and pictures"],
      ["Pictures", found.pictures, none(found.withoutPicture, "picture")],
      ["Texts", found.texts, none(found.withoutText, "text")],
      ["Addresses alone", found.addresses, "pictures whose file is not in the data"],
      ["Alternative texts", found.withAlt, "of pictures"],
    ])}
    ${lossSections(found, "Documents")} ${sizesSection(documentDistributions(found))}
    ${kindsSection(found, "documents", "Languages in brackets are guesses from the whole text of a document.")}
    ${repeatedSection(found, "Texts")}
    <section>
      <h2>Examples</h2>
      <p>Drawn at random, each with the same chance.</p>
      <div class="documents">${found.examples.map(example)}</div>
    </section>`;
  return page(`${found.source}: what is in it`, body, { style: inspectionStyle + ownStyle });
}

const example = ({ key, parts, more }: DocumentExample): Html =>
  html`<article class="card">
    <h3>${key}</h3>
    ${parts.map(partOf)} ${more > 0 && html`<p class="muted">and ${formatCount(more)} more parts</p>`}
  </article>`;

function partOf(part: ShownPart): Html {
  if (part.kind === "text") return html`<p>${part.text.length > 600 ? `${part.text.slice(0, 599)}…` : part.text}</p>`;
  const { thumbnail, alt, url, width, height } = part;
  return html`<figure>
    ${thumbnail ? html`<img src="${jpegUri(thumbnail)}" alt="${alt ?? ""}" />` : html`<span class="muted">no file</span>`}
    <figcaption>
      ${alt !== undefined && html`<span>${alt}</span>`}
      <small>${url ?? ""}${width !== undefined && ` ${width}×${height}`}</small>
    </figcaption>
  </figure>`;
}

const ownStyle = `
.documents { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem; margin-top: .75rem; align-items: start; }
.documents h3 { overflow-wrap: anywhere; font-size: .875rem; }
.documents p { margin: .5rem 0; font-size: .875rem; line-height: 1.5; overflow-wrap: anywhere; }
.documents figure { display: flex; gap: .8rem; align-items: center; margin: .6rem 0; }
.documents img { max-width: 8rem; max-height: 8rem; border-radius: 6px; background: #fff; }
.documents figcaption span, .documents small { display: block; font-size: .875rem; }
.documents small { font-size: .75rem; color: var(--muted); overflow-wrap: anywhere; }
`;
