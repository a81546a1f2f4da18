import type { DropCount } from "../../data/formats/drop-counts.ts";
import type { PictureFindings, TextFindings } from "../../data/inspect/inspection.ts";
import type { Distribution } from "../../data/inspect/tally.ts";
import { html, trusted, type Html } from "../report/html.ts";
import { formatCount } from "../scores.ts";
import { barLabel, percent, summary } from "./inspection-text.ts";

/** Figures at the head of a page: name, value, note. Those that are 0 are left out, but for the first two. */
export function headline(figures: readonly (readonly [name: string, value: number, note: string])[]): Html {
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

/** What was left out or could not be read, by reason. */
export const lossSections = (found: PictureFindings & TextFindings, what: string): Html =>
  html`${countsSection("Left out", `${what} that the reader dropped, by reason.`, found.drops)}
  ${countsSection("Unreadable pictures", "Files that are no picture, or are not there.", found.unreadable)}`;

/** Histograms, one for each distribution. */
export const sizesSection = (distributions: readonly (readonly [title: string, distribution: Distribution])[]): Html =>
  html`<section>
    <h2>Sizes</h2>
    <div class="bars">${distributions.map(([title, distribution]) => histogram(title, distribution))}</div>
  </section>`;

/** Languages, picture files and metadata. */
export const kindsSection = (found: PictureFindings & TextFindings, what: string, note: string): Html =>
  html`<section>
    <h2>Kinds</h2>
    <p>${note}</p>
    <div class="bars">
      ${shareList("Languages", { ...found.languages, ...bracketed(found.guessedLanguages) })}
      ${shareList("Picture files", found.formats)} ${fieldList(found.metadata, what)}
    </div>
  </section>`;

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

function fieldList(fields: Readonly<Record<string, number>>, what: string): Html | undefined {
  const rows = Object.entries(fields);
  return rows.length === 0
    ? undefined
    : barCard("Metadata", `share of ${what} that have it`, rows.slice(0, 15), percent);
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

/** Texts that occur more than once. */
export function repeatedSection({ repeated, repeatedExactly }: TextFindings, what: string): Html | undefined {
  if (repeated.length === 0) return undefined;
  const rows = repeated.map(({ text, count }) => [text.length > 120 ? `${text.slice(0, 119)}…` : text, count] as const);
  return html`<section>
    <h2>${what} that repeat</h2>
    <p>
      ${repeatedExactly ? "The most frequent." : "The most frequent; counts are lower bounds, for not all of them are remembered."}
    </p>
    ${barCard(what, "", rows, formatCount)}
  </section>`;
}

/** A small JPEG as a data address. */
export function jpegUri(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `data:image/jpeg;base64,${btoa(binary)}`;
}

/** The style of pages about data sets. */
export const inspectionStyle = `
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
