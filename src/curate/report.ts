import { axis, formatTick } from "../eval/report/axis.ts";
import { type Facts, factsSection } from "../eval/report/facts.ts";
import { html, type Html } from "../eval/report/html.ts";
import { page, type Section, sectioned } from "../eval/report/page.ts";
import { formatCount } from "../eval/scores.ts";
import type { StageHistogram } from "./histogram.ts";
import type { FunnelStage } from "./judge.ts";
import { reportStyle } from "./report-style.ts";

/** A sample as the report shows it. */
export interface Example {
  readonly key: string;
  readonly caption: string;
  /** A small WebP; absent if there is no picture to show. */
  readonly picture?: Uint8Array;
  /** The sample that it was dropped for being too much like. */
  readonly like?: Example;
}

/** Examples of what one reason drops, or of what is kept. */
export interface Gallery {
  /** The stage's id, or "kept". */
  readonly stage: string;
  /** Absent for what is kept. */
  readonly reason?: string;
  /** The reason in a sentence. */
  readonly meaning?: string;
  /** How many there are in all. */
  readonly count: number;
  readonly examples: readonly Example[];
}

/** All that a curation's report shows. */
export interface CurationReport {
  readonly plan: string;
  readonly data: string;
  /** The command that repeats the run. */
  readonly command: string;
  readonly machine: Facts;
  readonly options: Facts;
  readonly funnel: readonly FunnelStage[];
  readonly histograms: readonly StageHistogram[];
  readonly galleries: readonly Gallery[];
}

/** A curation as one HTML page that needs nothing beside itself, and no script. */
export function renderCuration(report: CurationReport): string {
  const { plan, data, funnel, histograms, galleries } = report;
  const [entered, kept] = [funnel[0]?.in ?? 0, funnel.at(-1)?.kept ?? 0];
  const sections: readonly Section[] = [
    { id: "funnel", title: "Funnel", body: funnelSection(funnel, new Set(galleries.map(anchorOf))) },
    {
      id: "scores",
      title: "Scores",
      body: histograms.length > 0 && scoresSection(histograms),
    },
    { id: "examples", title: "Examples", body: galleries.map(gallerySection) },
    { id: "run", title: "Run", body: factsSection(report.command, report.options, report.machine) },
  ];
  const heading = html`<h1>${formatCount(kept)} of ${formatCount(entered)} samples kept</h1>
    <p class="lead">
      The plan ${plan} on ${data}: ${percent(kept, entered)} kept, ${formatCount(entered - kept)} dropped.
    </p>`;
  return page(`${plan}: ${data}`, sectioned(heading, sections), { style: reportStyle });
}

const anchorOf = ({ stage, reason }: Pick<Gallery, "stage" | "reason">): string => `${stage}-${reason ?? "all"}`;

const reasonLink = (anchor: string, reason: string, shown: ReadonlySet<string>): Html =>
  shown.has(anchor) ? html`<a href="#${anchor}">${reason}</a>` : html`${reason}`;

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10} %`;

/** @param shown anchors of the galleries; what the reader of the data left out has none */
function funnelSection(funnel: readonly FunnelStage[], shown: ReadonlySet<string>): Html {
  const whole = funnel[0]?.in ?? 0;
  const width = (count: number): string => `${whole === 0 ? 0 : ((100 * count) / whole).toFixed(2)}%`;
  return html`<p>
      Each stage sees what the one before it kept. Kept and dropped add up at every stage; this was checked.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Funnel">
      <table class="funnel">
        <thead>
          <tr>
            <th scope="col">stage</th>
            <th scope="col" class="number">in</th>
            <th scope="col" class="number">dropped</th>
            <th scope="col" class="number">kept</th>
            <th scope="col"></th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          ${funnel.map(
            ({ stage, in: entered, kept, dropped }) =>
              html`<tr>
                <th scope="row">${stage}</th>
                <td class="number">${formatCount(entered)}</td>
                <td class="number">${entered > kept && formatCount(entered - kept)}</td>
                <td class="number">${formatCount(kept)}</td>
                <td class="bar">
                  <i class="kept" style="width:${width(kept)}"></i
                  ><i class="dropped" style="width:${width(entered - kept)}"></i>
                </td>
                <td>
                  ${Object.entries(dropped).map(([reason, count]) => html`${reasonLink(anchorOf({ stage, reason }), reason, shown)} <span class="muted">${formatCount(count)}</span> `)}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

const scoresSection = (histograms: readonly StageHistogram[]): Html =>
  html`<p>
      What each stage judged: <i class="swatch kept"></i> stayed, <i class="swatch dropped"></i> went at this stage.
      Dashed lines are thresholds: move one with --set, and only the judging is done again.
    </p>
    <div class="charts">${histograms.map(histogramFigure)}</div>`;

/** Kept rows below, dropped ones on top of them; thresholds as lines. */
function histogramFigure({ stage, histogram }: StageHistogram): Html {
  const { column, low, high, scale, kept, dropped, missing, below, above } = histogram;
  const tallest = Math.max(1, ...kept.map((count, i) => count + dropped[i]!));
  const x = axis(low, high, scale);
  const step = 1000 / kept.length;
  const bar = (count: number, base: number, i: number): string =>
    count === 0
      ? ""
      : `M${(i * step + step / 10).toFixed(1)} ${place(base)}h${(step * 0.8).toFixed(1)}V${place(base + count)}h-${(step * 0.8).toFixed(1)}z`;
  const place = (count: number): string => (1000 * (1 - count / tallest)).toFixed(1);
  const marks = [below, above].filter((mark) => mark !== undefined);
  const rule = [
    below !== undefined && `less than ${formatTick(below)}`,
    above !== undefined && `more than ${formatTick(above)}`,
  ]
    .filter((part) => part !== false)
    .join(" or ");
  return html`<figure class="chart histogram">
    <figcaption>
      <h3>${column} <small>${stage}</small></h3>
      <p class="muted">${rule && `Goes: ${rule}.`} ${missing > 0 && `${formatCount(missing)} without a value.`}</p>
    </figcaption>
    <div class="plot">
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="${column}: ${rule}">
        <path class="kept" d="${kept.map((count, i) => bar(count, 0, i)).join("")}" />
        <path class="dropped" d="${dropped.map((count, i) => bar(count, kept[i]!, i)).join("")}" />
        ${marks.map((mark) => html`<path class="reference" d="M${(1000 * x.at(mark)).toFixed(1)} 0V1000" />`)}
      </svg>
      <span class="y-tick" style="bottom:100%">${formatCount(tallest)}</span>
      ${x.ticks.map((tick) => html`<span class="x-tick" style="left:${(100 * x.at(tick)).toFixed(2)}%">${formatTick(tick)}</span>`)}
    </div>
  </figure>`;
}

function gallerySection({ stage, reason, meaning, count, examples }: Gallery): Html {
  return html`<div class="gallery" id="${anchorOf({ stage, ...(reason !== undefined && { reason }) })}">
    <h3>${reason ?? "Kept"} <small>${reason !== undefined && `${stage}, `}${formatCount(count)} samples</small></h3>
    ${meaning && html`<p class="muted">${meaning}</p>`}
    <ul>
      ${examples.map(
        ({ like, ...example }) =>
          html`<li class="${like ? "pair" : ""}">
            ${exampleFigure(example)} ${like && html`<span class="muted">like</span> ${exampleFigure(like)}`}
          </li>`,
      )}
    </ul>
  </div>`;
}

const exampleFigure = ({ key, caption, picture }: Example): Html =>
  html`<figure>
    ${
      picture === undefined
        ? html`<div class="none">no picture</div>`
        : html`<img src="${webpDataUri(picture)}" alt="${caption}" />`
    }
    <figcaption>
      <p title="${caption}">${caption}</p>
      <p class="key" title="${key}">${shortKey(key)}</p>
    </figcaption>
  </figure>`;

/** The end of a path tells more than its beginning. */
const shortKey = (key: string): string => key.replace(/^.*\/(?=[^/]*\/[^/]*$)/, "");

function webpDataUri(webp: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < webp.length; i += 8192) binary += String.fromCharCode(...webp.subarray(i, i + 8192));
  return `data:image/webp;base64,${btoa(binary)}`;
}
