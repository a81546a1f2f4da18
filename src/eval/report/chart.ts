import { axis, type Axis, type AxisScale, formatTick } from "./axis.ts";
import { type Curve, drawnCurve, type DrawnCurve } from "./curve.ts";
import { html, type Html } from "./html.ts";

/** Curves that share a plot. */
export interface Chart {
  readonly title: string;
  /** Unit of the values, e.g. "nats" or "pictures/s". */
  readonly unit?: string;
  /** How the value axis starts; the reader can switch where a log axis is possible. */
  readonly scale?: AxisScale;
  /** At most four: that is how many line styles there are. */
  readonly curves: readonly Curve[];
  /** A value to compare with, drawn dashed, e.g. chance. */
  readonly reference?: { readonly name: string; readonly value: number };
}

/**
 * A figure with a plot on a linear and, where all values are positive, one on a log axis; the reader switches between them
 * without a script. Lines are SVG stretched over the plot, words are HTML, so that type keeps its size on every screen.
 *
 * @param index Distinguishes the figures of one page.
 */
export function chartFigure(chart: Chart, index: number): Html {
  const curves = chart.curves.map((curve) => drawnCurve(curve)).filter(({ steps }) => steps.length > 0);
  const values = [...curves.flatMap(({ raw }) => raw), ...(chart.reference ? [chart.reference.value] : [])];
  const scales: readonly AxisScale[] =
    curves.length === 0 ? [] : values.every((value) => value > 0) ? ["linear", "log"] : ["linear"];
  const chosen = chart.scale ?? "linear";
  const missing = chart.curves.flatMap(({ points }) => points).filter(([, value]) => !Number.isFinite(value)).length;
  return html`<figure class="chart">
    <figcaption>
      <h3>${chart.title}${chart.unit && html` <small>${chart.unit}</small>`}</h3>
      ${legend(curves, chart.reference)}
      ${missing > 0 && html`<p class="warning">Not drawn, because not finite: ${missing}.</p>`}
    </figcaption>
    ${
      scales.length > 1 &&
      scales.map(
        (scale) =>
          html`<input
              type="radio"
              name="scale-${index}"
              id="scale-${index}-${scale}"
              class="pick-${scale}"
              ${scale === chosen && " checked"}
            />
            <label for="scale-${index}-${scale}">${scale}</label>`,
      )
    }
    ${scales.map((scale) => plot(chart, curves, values, scale))}
  </figure>`;
}

/** Plot units; the SVG is stretched, so only their ratio to each other counts. */
const side = 1000;

function plot(chart: Chart, curves: readonly DrawnCurve[], values: readonly number[], scale: AxisScale): Html {
  const steps = curves.flatMap((curve) => curve.steps);
  const x = axis(Math.min(...steps), Math.max(...steps), "linear");
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y =
    scale === "log"
      ? axis(low / 1.05, high * 1.05, "log")
      : axis(low - (high - low) / 20, high + (high - low) / 20, "linear");
  const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;
  const across = (value: number): string => `M0 ${place(1 - y.at(value))}H${side}`;
  return html`<div class="plot ${scale}" tabindex="0" data-curves="${JSON.stringify(hoverData(curves, x, y))}">
    <svg viewBox="0 0 ${side} ${side}" preserveAspectRatio="none" role="img" aria-label="${describe(chart, curves)}">
      <path class="grid" d="${y.ticks.map(across).join("")}" />
      ${chart.reference && html`<path class="reference" d="${across(chart.reference.value)}" />`}
      ${curves.map((curve, i) => html`<path class="raw line-${i}" d="${linePath(curve.steps, curve.raw, x, y)}" />`)}
      ${curves.map((curve, i) => html`<path class="smooth line-${i}" d="${linePath(curve.steps, curve.smooth, x, y)}" />`)}
    </svg>
    ${y.ticks.map((tick) => html`<span class="y-tick" style="bottom:${percent(y.at(tick))}">${formatTick(tick)}</span>`)}
    ${x.ticks.map((tick) => html`<span class="x-tick" style="left:${percent(x.at(tick))}">${formatTick(tick)}</span>`)}
    <span class="x-name">step</span>
    <i class="cursor" hidden></i>
  </div>`;
}

function legend(curves: readonly DrawnCurve[], reference: Chart["reference"]): Html {
  const key = (style: string, name: string): Html =>
    html`<li>
      <svg viewBox="0 0 20 8" aria-hidden="true"><path class="${style}" d="M0 4H20" /></svg>${name}
    </li>`;
  return html`<ul class="legend">
    ${curves.length > 1 && curves.map(({ name }, i) => key(`smooth line-${i}`, name))}
    ${reference && key("reference", `${reference.name} (${formatTick(reference.value)})`)}
  </ul>`;
}

const place = (fraction: number): string => (fraction * side).toFixed(1);

function linePath(steps: readonly number[], values: readonly number[], x: Axis, y: Axis): string {
  return steps.map((step, i) => `${i === 0 ? "M" : "L"}${place(x.at(step))} ${place(1 - y.at(values[i]!))}`).join("");
}

/** What the page's script shows under the pointer: places from 0 to 1, and the words for them. */
function hoverData(curves: readonly DrawnCurve[], x: Axis, y: Axis): unknown {
  return curves.map(({ name, steps, raw, smooth }) => ({
    name,
    x: steps.map((step) => Number(x.at(step).toFixed(4))),
    y: smooth.map((value) => Number(y.at(value).toFixed(4))),
    text: steps.map((step, i) => [formatTick(step), formatTick(raw[i]!), formatTick(smooth[i]!)]),
  }));
}

/** The plot in a sentence, for those who cannot see it. */
function describe({ title, unit }: Chart, curves: readonly DrawnCurve[]): string {
  const spans = curves.map(
    ({ name, steps, smooth }) =>
      `${name} goes from ${formatTick(smooth[0]!)} at step ${formatTick(steps[0]!)} to ${formatTick(smooth.at(-1)!)} at step ${formatTick(steps.at(-1)!)}`,
  );
  return `${title}${unit ? ` in ${unit}` : ""}: ${spans.join("; ")}.`;
}
