import type { DropCount } from "../../data/formats/drop-counts.ts";
import type { Example, Inspection } from "../../data/inspect/inspection.ts";
import type { Distribution } from "../../data/inspect/tally.ts";
import { html, trusted, type Html } from "../report/html.ts";
import { page } from "../report/page.ts";
import { formatCount } from "../scores.ts";
import { barLabel, distributionsOf, percent, summary } from "./inspection-text.ts";

/** What is in a data set as one HTML page that needs no other file. */
export function inspectionPage(found: Inspection): string {
  const body = html`<h1>What is in this data set</h1>
    <p class="lead"><code>${found.source}</code></p>
    ${headline(found)} ${countsSection("Left out", "Samples that the reader dropped, by reason.", found.drops)}
    ${countsSection("Unreadable pictures", "Files that are no picture, or are not there.", found.unreadable)}
    <section>
      <h2>Sizes</h2>
      <div class="bars">${distributionsOf(found).map(([title, distribution]) => histogram(title, distribution))}</div>
    </section>
    <section>
      <h2>Kinds</h2>
      <p>Languages in brackets are guesses from script and common words: short captions often have none.</p>
      <div class="bars">
        ${shareList("Languages", { ...found.languages, ...bracketed(found.guessedLanguages) })}
        ${shareList("Picture files", found.formats)} ${fieldList(found.metadata)}
      </div>
    </section>
    ${repeatedSection(found)}
    <section>
      <h2>Examples</h2>
      <p>Drawn at random, each with the same chance.</p>
      <div class="examples">${found.examples.map(example)}</div>
    </section>`;
  return page(`${found.source}: what is in it`, body, { style: ownStyle });
}

function headline(found: Inspection): Html {
  const figures: readonly (readonly [string, number, string])[] = [
    ["Samples", found.samples, "read"],
    [
      "Captions",
      found.captions,
      found.withoutCaption === 0 ? "every sample has one" : `${formatCount(found.withoutCaption)} samples have none`,
    ],
    ["Boxes", found.boxes, `on ${formatCount(found.withBoxes)} samples`],
    ["Conversations", found.withConversation, "samples"],
  ];
  return html`<dl class="headlines">
    ${figures
      .filter(([, value], i) => value > 0 || i < 2)
      .map(
        ([name, value, note]) =>
          html`<div>
            <dt>${name}</dt>
            <dd class="figure">${formatCount(value)}</dd>
            <dd>${note}</dd>
          </div>`,
      )}
  </dl>`;
}

function countsSection(title: string, note: string, counts: readonly DropCount[]): Html | undefined {
  if (counts.length === 0) return undefined;
  return html`<section>
    <h2>${title}</h2>
    <p>${note}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">reason</th>
            <th scope="col">count</th>
            <th scope="col">examples</th>
          </tr>
        </thead>
        <tbody>
          ${counts.map(
            ({ reason, count, examples }) =>
              html`<tr>
                <td><code>${reason}</code></td>
                <td>${formatCount(count)}</td>
                <td>${examples.join(", ")}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function histogram(title: string, distribution: Distribution): Html {
  const rows = distribution.bars.map(({ low, high, count }) => [barLabel(low, high), count] as const);
  return barCard(title, summary(distribution), rows, formatCount);
}

function shareList(title: string, counts: Readonly<Record<string, number>>): Html | undefined {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0) return undefined;
  const rest = rows.length > 15 ? `the 15 most frequent of ${rows.length}` : "";
  return barCard(title, rest, rows.slice(0, 15), formatCount);
}

function fieldList(fields: Readonly<Record<string, number>>): Html | undefined {
  const rows = Object.entries(fields);
  return rows.length === 0
    ? undefined
    : barCard("Metadata", "share of samples that have it", rows.slice(0, 15), percent);
}

const bracketed = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`(${name})`, count]));

function barCard(
  title: string,
  note: string,
  rows: readonly (readonly [label: string, value: number])[],
  format: (value: number) => string,
): Html {
  const most = Math.max(...rows.map(([, value]) => value), Number.MIN_VALUE);
  return html`<div class="card">
    <h3>${title}</h3>
    ${note !== "" && html`<p class="muted">${note}</p>`}
    <table class="histogram">
      <tbody>
        ${rows.map(
          ([label, value]) =>
            html`<tr>
              <th scope="row" ${label.length <= 24 && trusted(' class="short"')}>${label}</th>
              <td class="bar"><span style="width:${Number(((100 * value) / most).toFixed(2))}%"></span></td>
              <td>${format(value)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function repeatedSection({ repeated, repeatedExactly }: Inspection): Html | undefined {
  if (repeated.length === 0) return undefined;
  const rows = repeated.map(({ text, count }) => [text.length > 120 ? `${text.slice(0, 119)}…` : text, count] as const);
  return html`<section>
    <h2>Captions that repeat</h2>
    <p>
      ${repeatedExactly ? "The most frequent." : "The most frequent; counts are lower bounds, for not all captions are remembered."}
    </p>
    ${barCard("Captions", "", rows, formatCount)}
  </section>`;
}

const example = ({ key, captions, width, height, thumbnail }: Example): Html =>
  html`<figure class="card">
    ${thumbnail ? html`<img src="${jpegUri(thumbnail)}" alt="" />` : html`<p class="muted">no picture</p>`}
    <figcaption>
      ${captions.length === 0 ? html`<span class="muted">(no caption)</span>` : captions.map((text) => html`<span>${text}</span>`)}
      <small>${key}${width !== undefined && ` · ${width}×${height}`}</small>
    </figcaption>
  </figure>`;

function jpegUri(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `data:image/jpeg;base64,${btoa(binary)}`;
}

const ownStyle = `
.bars { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem; margin-top: .75rem; }
.card { padding: 1rem 1.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .875rem; }
.scroll { overflow-x: auto; padding: .5rem 1.2rem; }
.scroll th, .scroll td { text-align: left; padding: .3rem 1rem .3rem 0; vertical-align: top; }
.histogram { margin-top: .5rem; }
.histogram th { font-weight: 400; text-align: right; padding-right: .6rem; width: 1%; max-width: 14rem; overflow-wrap: break-word; }
.histogram th.short { white-space: nowrap; }
.histogram td:last-child { text-align: right; padding-left: .6rem; width: 1%; white-space: nowrap; color: var(--muted); }
.histogram .bar { min-width: 6rem; }
.histogram .bar span { display: block; height: .8rem; border-radius: 2px; background: var(--line-0); }
.examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; margin-top: .75rem; }
.examples img { display: block; max-width: 100%; max-height: 10rem; margin: 0 auto .6rem; border-radius: 6px; background: #fff; }
.examples figcaption span, .examples small { display: block; font-size: .875rem; line-height: 1.4; }
.examples small { font-size: .75rem; margin-top: .3rem; overflow-wrap: anywhere; }
`;
