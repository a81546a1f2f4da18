import { html, type Html } from "../eval/report/html.ts";
import { page } from "../eval/report/page.ts";

/** A picture on a page of results. */
export interface PagePicture {
  /** Address of the thumbnail; absent if the picture cannot be read. */
  readonly thumbnail?: string;
  /** Where it is, or its key. */
  readonly name: string;
  readonly score: number;
  /** One line; empty if it has none. */
  readonly caption: string;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** E.g. that its file changed. */
  readonly note?: string;
}

/** What a page of results shows. */
export interface ResultPage {
  readonly title: string;
  /** What was searched and how, one paragraph each. */
  readonly facts: readonly string[];
  /** Groups of pictures, each with a heading unless it is alone. */
  readonly groups: readonly { readonly heading?: string; readonly pictures: readonly PagePicture[] }[];
}

/** A page of pictures that needs no other file. */
export function renderResults({ title, facts, groups }: ResultPage): string {
  const body = html`<h1>${title}</h1>
    ${facts.map((fact) => html`<p class="lead">${fact}</p>`)}
    ${groups.map(
      ({ heading, pictures }) =>
        html`<section>
          ${heading !== undefined && html`<h2>${heading}</h2>`}
          <ol class="gallery">
            ${pictures.map(figure)}
          </ol>
        </section> `,
    )}
    <p>Scores are cosine similarities: they rank, and are no probabilities.</p>`;
  return page(title, body, { style: gallery });
}

function figure({ thumbnail, name, score, caption, width, height, note }: PagePicture): Html {
  const size = width !== null && height !== null && `${width} × ${height}`;
  return html`<li>
    <figure>
      <div class="frame">
        ${thumbnail === undefined ? html`<span class="muted">cannot be read</span>` : html`<img src="${thumbnail}" alt="${caption === "" ? name : caption}" loading="lazy" />`}
      </div>
      <figcaption>
        <span class="similarity">${score.toFixed(3)}</span> <small>${size}</small>
        <code title="${name}">${lastOf(name)}</code>
        ${caption !== "" && html`<p class="caption" title="${caption}">${caption}</p>`}${note !== undefined && html`<p class="warning">${note}</p>`}
      </figcaption>
    </figure>
  </li> `;
}

/** The file's own name: on a page the folders are much the same. */
const lastOf = (name: string): string => name.split(/[\\/]/).at(-1) ?? name;

const gallery = `
.gallery { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; }
.gallery figure { background: var(--surface); border: 1px solid var(--rule); border-radius: 12px; box-shadow: var(--shadow); overflow: hidden; height: 100%; }
.gallery figure > * + * { margin-top: 0; }
.gallery .frame { aspect-ratio: 1; position: relative; display: grid; place-items: center; background: var(--ground); border-bottom: 1px solid var(--rule); }
.gallery img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.gallery figcaption { padding: .6rem .8rem .75rem; font-size: .85rem; }
.gallery .similarity { font-weight: 650; font-variant-numeric: tabular-nums; }
.gallery code { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.gallery .caption { color: var(--muted); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
`;
