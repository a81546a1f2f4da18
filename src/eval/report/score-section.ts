import { formatCount, formatInterval, formatScore, sameGroup, type ScoreRow, type ScoreTable } from "../scores.ts";
import { html, type Html } from "./html.ts";

/** Large figures for the head of the page: the first score of each split, at most four. */
export function headlines(scores: ScoreTable): Html | undefined {
  const first = scores.filter((row, i) => scores.findIndex(({ split }) => split === row.split) === i).slice(0, 4);
  if (first.length === 0) return undefined;
  return html`<dl class="headlines">
    ${first.map(
      ({ metric, task, split, unit, value, chance, baseline }) =>
        html`<div>
          <dt>${metric} <span>${task}, ${split}</span></dt>
          <dd class="figure">
            ${unit === "fraction" ? html`${(value * 100).toFixed(1)}<small>%</small>` : formatScore(value, unit)}
          </dd>
          <dd>
            ${chance !== undefined && html`<div>${times(value / chance)} chance</div>`}
            ${baseline && html`<div>${times(value / baseline.value)} baseline (${baseline.name})</div>`}
          </dd>
        </div>`,
    )}
  </dl>`;
}

/** A ratio for reading: "27\u00d7", "0.69\u00d7". */
const times = (ratio: number): string =>
  `${ratio >= 10 ? formatCount(Math.round(ratio)) : Number(ratio.toPrecision(2)).toString()}\u00d7`;

/** The whole table: each fraction also as a mark on a line from 0 to 1, with its interval, chance and baseline. */
export function scoresSection(scores: ScoreTable): Html {
  const baselines = [...new Set(scores.flatMap(({ baseline }) => baseline?.name ?? []))];
  const has = (filled: (row: ScoreRow) => unknown): boolean => scores.some((row) => filled(row) !== undefined);
  const columns = [
    { head: "chance", cell: (row: ScoreRow) => formatScore(row.chance, row.unit), shown: has((row) => row.chance) },
    {
      head: "baseline",
      cell: (row: ScoreRow) => formatScore(row.baseline?.value, row.unit),
      shown: baselines.length > 0,
    },
    // Last, since the marks show it too: on a phone it is the column to scroll to.
    { head: "95 % interval", cell: formatInterval, shown: has((row) => row.low) },
  ].filter(({ shown }) => shown);
  const groups = scores.filter((row, i) => !sameGroup(row, scores[i - 1]));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Scores">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col" class="number">score</th>
            <th scope="col">
              <span class="ends"><span>0</span><span>1</span></span>
            </th>
            ${columns.map(({ head }) => html`<th scope="col" class="number">${head}</th>`)}
          </tr>
        </thead>
        ${groups.map(
          (group) =>
            html`<tbody>
              <tr>
                <th scope="rowgroup" colspan="${3 + columns.length}">
                  ${group.task} <span>${group.split}, n = ${formatCount(group.n)}</span>
                </th>
              </tr>
              ${scores
                .filter((row) => sameGroup(row, group))
                .map(
                  (row) =>
                    html`<tr>
                      <th scope="row">${row.metric}</th>
                      <td class="number score">${formatScore(row.value, row.unit)}</td>
                      <td class="mark">${row.unit === "fraction" && mark(row)}</td>
                      ${columns.map(({ cell }) => html`<td class="number">${cell(row)}</td>`)}
                    </tr>`,
                )}
            </tbody>`,
        )}
      </table>
    </div>
    <ul class="legend">
      <li>
        <svg viewBox="0 0 24 12" aria-hidden="true">
          <path class="interval" d="M2 6H22" />
          <circle class="value" cx="12" cy="6" r="4" /></svg
        >score and interval
      </li>
      ${
        has((row) => row.chance) &&
        html`<li>
          <svg viewBox="0 0 12 12" aria-hidden="true"><path class="chance" d="M6 1V11" /></svg>chance
        </li>`
      }
      ${
        baselines.length > 0 &&
        html`<li>
          <svg viewBox="0 0 12 12" aria-hidden="true"><path class="baseline" d="M6 1L11 6L6 11L1 6Z" /></svg>baseline:
          ${baselines.join("; ")}
        </li>`
      }
    </ul>
    <p class="muted">
      R@K: the fraction of queries with a right answer among the first K. MRR: the mean of 1 / rank. Ties count against
      the model. Intervals: percentile bootstrap over queries.
    </p>`;
}

/** A score on a line from 0 to 1. Places are percentages of the column's width, so that marks keep their shape in any column. */
function mark({ value, low, high, chance, baseline }: ScoreRow): Html {
  const x = (fraction: number): string => `${(100 * Math.min(1, Math.max(0, fraction))).toFixed(2)}%`;
  return html`<svg aria-hidden="true">
    <line class="track" x1="0" x2="100%" y1="6" y2="6" />
    ${chance !== undefined && html`<line class="chance" x1="${x(chance)}" x2="${x(chance)}" y1="1" y2="11" />`}
    ${low !== undefined && high !== undefined && html`<line class="interval" x1="${x(low)}" x2="${x(high)}" y1="6" y2="6" />`}
    ${baseline && html`<svg x="${x(baseline.value)}" y="6"><path class="baseline" d="M0 -5L5 0L0 5L-5 0Z" /></svg>`}
    ${Number.isFinite(value) && html`<circle class="value" cx="${x(value)}" cy="6" r="4" />`}
  </svg>`;
}
