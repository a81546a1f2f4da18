import { axis, formatTick } from "../../eval/report/axis.ts";
import { html, type Html } from "../../eval/report/html.ts";

/** Plot units; the SVG is stretched, so only their ratio to each other counts. */
const side = 1000;

/**
 * Frequency over rank, both on log axes: a straight line is a power law.
 * @param counts in descending order, all above 0
 * @param limit  drawn dashed: what lies on or below it is the long tail
 */
export function rankPlot(counts: readonly number[], limit: number): Html {
  const x = axis(1, Math.max(2, counts.length), "log");
  const y = axis(0.8, Math.max(2, counts[0]!) * 1.1, "log");
  const place = (fraction: number): string => (fraction * side).toFixed(1);
  const across = (value: number): string => `M0 ${place(1 - y.at(value))}H${side}`;
  const points = ranksToDraw(counts).map((i) => `${place(x.at(i + 1))} ${place(1 - y.at(counts[i]!))}`);
  const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;
  return html`<figure class="chart">
    <figcaption>
      <h3>Frequency of concepts <small>samples, over rank</small></h3>
    </figcaption>
    <div class="plot">
      <svg
        viewBox="0 0 ${side} ${side}"
        preserveAspectRatio="none"
        role="img"
        aria-label="Samples of a concept over its rank"
      >
        <path class="grid" d="${y.ticks.map(across).join("")}" />
        ${limit >= 1 && limit < counts[0]! && html`<path class="reference" d="${across(limit)}" />`}
        <path class="smooth line-0" d="M${points.join("L")}" />
      </svg>
      ${y.ticks.map((tick) => html`<span class="y-tick" style="bottom:${percent(y.at(tick))}">${formatTick(tick)}</span>`)}
      ${x.ticks.map((tick) => html`<span class="x-tick" style="left:${percent(x.at(tick))}">${formatTick(tick)}</span>`)}
      <span class="x-name">rank; below the dashed line is the long tail</span>
    </div>
  </figure>`;
}

/** Every rank where the count changes, and its end: a step drawn by two points. */
function ranksToDraw(counts: readonly number[]): number[] {
  return [...counts.keys()].filter((i) => counts[i] !== counts[i - 1] || counts[i] !== counts[i + 1]);
}
