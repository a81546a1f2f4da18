import { html, pngDataUri, type Html } from "../../eval/report/html.ts";
import { page } from "../../eval/report/page.ts";
import { formatCount } from "../../eval/scores.ts";
import { headline, percent } from "../concepts/headline.ts";

/** A picture on the page. */
export interface ClusterExample {
  readonly caption: string;
  /** A small PNG; absent if the picture could not be read. */
  readonly png?: Uint8Array;
  /** Cosine similarity to the cluster's centroid. */
  readonly similarity: number;
}

/** A cluster on the page. */
export interface ClusterView {
  readonly size: number;
  /** Mean cosine similarity of its members to its centroid. */
  readonly cohesion: number;
  /** Words that set its captions apart. */
  readonly words: readonly string[];
  /** Members that are most like the centroid, and then some that are least. */
  readonly nearest: readonly ClusterExample[];
  readonly farthest: readonly ClusterExample[];
}

/** The clusters of a data set as one HTML page, the largest first. */
export function clusterPage(clusters: readonly ClusterView[], source: string, model: string): string {
  const sizes = clusters.map(({ size }) => size).toSorted((a, b) => b - a);
  const samples = sizes.reduce((sum, size) => sum + size, 0);
  const middle = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const body = html`<header>
      <h1>Clusters of ${source}</h1>
      <p class="lead">Pictures grouped by the embeddings of ${model}: the centre of each group, and its edge.</p>
      <dl class="headlines">
        ${headline("Pictures", "that could be embedded", formatCount(samples))}
        ${headline("Clusters", "with at least one picture", formatCount(clusters.length))}
        ${headline("Median size", `the largest has ${percent((sizes[0] ?? 0) / Math.max(1, samples))} of all`, formatCount(middle))}
      </dl>
    </header>
    <main>
      <section>
        <h2>Largest first</h2>
        <p>
          The words are those that set a cluster's captions apart. Cohesion is the mean cosine similarity to the centre:
          near 1 where pictures repeat each other.
        </p>
        <div class="clusters">
          ${clusters.toSorted((a, b) => b.size - a.size).map((cluster) => card(cluster, samples))}
        </div>
      </section>
    </main>`;
  return page(`Clusters of ${source}`, body, { style: extraStyle });
}

const card = ({ size, cohesion, words, nearest, farthest }: ClusterView, samples: number): Html =>
  html`<article class="card">
    <h3>${words.length > 0 ? words.join(", ") : "no distinctive words"}</h3>
    <p class="muted">${formatCount(size)} pictures (${percent(size / samples)}), cohesion ${cohesion.toFixed(2)}</p>
    ${pictures(nearest)}
    ${
      farthest.length > 0 &&
      html`<p class="muted edge">at the edge</p>
        ${pictures(farthest)}`
    }
  </article>`;

const pictures = (examples: readonly ClusterExample[]): Html =>
  html`<ul class="pictures">
    ${examples.map(
      ({ caption, png, similarity }) =>
        html`<li title="${caption} (${similarity.toFixed(2)})">
          ${png ? html`<img src="${pngDataUri(png)}" alt="${caption}" />` : html`<i></i>`}
          <span>${caption}</span>
        </li>`,
    )}
  </ul>`;

const extraStyle = `
.clusters { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1rem; }
.pictures { list-style: none; padding: 0; margin-top: .5rem; display: grid; grid-template-columns: repeat(6, 1fr); gap: .45rem; }
.card .pictures li { font-size: .68rem; line-height: 1.25; text-align: left; }
.pictures span { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.pictures i { display: block; aspect-ratio: 1; border-radius: 9px; background: var(--track); }
.card .edge { font-size: .75rem; margin-top: .6rem; }
`;
