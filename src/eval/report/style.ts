import { rampCss } from "./color.ts";

/** The page's style sheet: light and dark after the reader's setting, one column on phones. */
export const style = (): string => base + rampCss();

// Text colours keep a contrast of at least 4.5:1 on both grounds (WCAG 2.2 AA), marks at least 3:1.
const base = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #fff; --ink: #14181f; --muted: #5a6373; --rule: #e2e6ec; --track: #d5dae3;
  --accent: #4350bd; --right: #15803d; --amber: #b45309; --danger: #c02637;
  --line-0: #4350bd; --line-1: #c2570c; --line-2: #0d7d74; --line-3: #b02a6f;
  --shadow: 0 1px 2px rgb(20 24 31 / .05), 0 4px 16px rgb(20 24 31 / .04);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1218; --surface: #171b24; --ink: #e8ebf1; --muted: #9aa4b5; --rule: #272d3a; --track: #343c4d;
    --accent: #a3adf8; --right: #4ade80; --amber: #fbb04b; --danger: #ff8591;
    --line-0: #98a4f4; --line-1: #fb9a4b; --line-2: #4fd1c1; --line-3: #f08bbd;
    --shadow: none;
  }
}
* { box-sizing: border-box; margin: 0; min-width: 0; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  background: var(--ground); color: var(--ink);
  font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif;
  max-width: 70rem; margin: 0 auto; padding: 3rem 1.5rem 2rem; overflow-wrap: break-word;
}
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.6rem); line-height: 1.15; letter-spacing: -.022em; font-weight: 700; text-wrap: balance; }
h2 { font-size: 1.3rem; letter-spacing: -.012em; line-height: 1.3; margin-bottom: .35rem; }
h3 { font-size: 1rem; line-height: 1.35; font-weight: 600; }
h3 small { font-weight: 400; color: var(--muted); font-size: .85em; margin-left: .3em; }
p { max-width: 46rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
small, .muted { color: var(--muted); }
.muted { font-size: .875rem; }
.right { color: var(--right); }
.warning { color: var(--amber); font-size: .875rem; }
.lead { font-size: 1.1rem; color: var(--muted); margin-top: .6rem; text-wrap: pretty; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin-top: 2rem; }
.headlines > div, .card, .chart, .facts > div, .scroll, .command, .remarks, details {
  background: var(--surface); border: 1px solid var(--rule); border-radius: 12px; box-shadow: var(--shadow);
}
.headlines > div { padding: 1rem 1.2rem 1.1rem; display: grid; grid-row: span 3; grid-template-rows: subgrid; gap: 0; }
.headlines dt { font-weight: 600; font-size: .9rem; }
.headlines dt span { display: block; font-weight: 400; color: var(--muted); line-height: 1.35; }
.headlines dd { font-size: .85rem; line-height: 1.4; color: var(--muted); margin-top: .35rem; }
.headlines .figure { color: inherit; font-size: 2.3rem; line-height: 1.1; font-weight: 700; letter-spacing: -.03em; font-variant-numeric: tabular-nums; padding-top: .3rem; }
.headlines small { font-size: .5em; margin-left: .12em; font-weight: 600; letter-spacing: 0; color: inherit; }

nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 1.75rem; padding-bottom: .75rem; border-bottom: 1px solid var(--rule); font-size: .95rem; }
nav a { text-decoration: none; color: var(--muted); padding: .15rem 0; }
nav a:hover { color: var(--accent); text-decoration: underline; text-underline-offset: .3em; }
section { padding-top: 2.5rem; }
section > h2 + p { color: var(--muted); }
section > * + *, figure > * + * { margin-top: .75rem; }
section > h2 + * { margin-top: .35rem; }
footer { color: var(--muted); font-size: .85rem; margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--rule); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.scores th, .scores td, .files th, .files td { padding: .32rem .9rem; }
thead th { font-size: .8rem; color: var(--muted); font-weight: 500; padding-top: .6rem !important; vertical-align: bottom; white-space: nowrap; }
.scores tbody tr:first-child th { padding-top: 1rem; border-top: 1px solid var(--rule); font-weight: 650; }
.scores tbody tr:first-child th span { font-weight: 400; color: var(--muted); margin-left: .4em; }
.scores tbody tr:last-child > * { padding-bottom: .8rem; }
.scores tbody th[scope=row] { font-weight: 400; padding-left: 1.8rem; white-space: nowrap; }
.scores .score { font-weight: 650; }
.mark { width: 34%; min-width: 7rem; }
.mark svg { display: block; width: 100%; height: 12px; overflow: visible; }
.ends { display: flex; justify-content: space-between; }
.files tbody tr { border-top: 1px solid var(--rule); }
.files td:last-child { color: var(--muted); width: 60%; }

.track { stroke: var(--rule); stroke-width: 2; stroke-linecap: round; }
.interval { stroke: var(--accent); stroke-opacity: .38; stroke-width: 7; stroke-linecap: round; }
.value { fill: var(--accent); }
.chance { stroke: var(--muted); stroke-width: 1.5; }
path.baseline { fill: var(--surface); stroke: var(--amber); stroke-width: 1.6; }

.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .85rem; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: .45rem; }
.legend svg { width: 1.5rem; height: .8rem; flex: none; overflow: visible; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
.card { padding: .9rem 1rem 1rem; display: flex; flex-direction: column; }
.card p { font-size: .85rem; }
.card ol { list-style: none; padding: 0; margin-top: auto; padding-top: .7rem; display: grid; grid-template-columns: repeat(6, 1fr); gap: .45rem; }
.card li { font-size: .75rem; color: var(--muted); text-align: center; font-variant-numeric: tabular-nums; position: relative; }
.card img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; border-radius: 9px; border: 1px solid var(--rule); padding: 2px; margin-bottom: .15rem; }
.card .correct img { border-color: transparent; box-shadow: 0 0 0 2.5px var(--right); }
.card .correct span { color: var(--right); font-weight: 650; }
.card .correct::after {
  content: "\\2713" / ""; position: absolute; top: -.45rem; right: -.35rem; width: 1.15rem; height: 1.15rem; border-radius: 50%;
  background: var(--right); color: var(--surface); font: 700 .75rem/1.15rem system-ui, sans-serif;
}

.matrix { width: auto; border-collapse: separate; border-spacing: 2px; padding: .6rem; }
.matrix th, .matrix td { padding: 0; }
.matrix thead th { padding: 0 !important; }
.matrix thead img { display: block; width: 2.3rem; height: 2.3rem; object-fit: contain; background: #fff; border-radius: 6px; border: 1px solid var(--rule); margin-bottom: 2px; }
.matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--surface); font-size: .8rem; font-weight: 400; padding-right: .6rem; }
.matrix tbody th span { display: block; width: 11rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right; }
.matrix tbody td { height: 2.1rem; min-width: 2.3rem; text-align: center; font-size: .66rem; border-radius: 4px; }
.matrix .own, .framed i { outline: 2px solid var(--right); outline-offset: -2px; }
.matrix td:hover { outline: 2px solid var(--ink); outline-offset: -2px; }
.q-none { background: repeating-linear-gradient(45deg, var(--track) 0 3px, transparent 3px 6px); }
.scale { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; font-size: .85rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.ramp { display: flex; border-radius: 4px; overflow: hidden; border: 1px solid var(--rule); }
.ramp i { width: .5rem; height: .8rem; }
.framed { display: flex; align-items: center; gap: .5rem; margin-left: .8rem; }
.framed i { width: 1rem; height: 1rem; border-radius: 4px; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.chart { padding: .9rem 1.1rem 1rem; position: relative; }
.chart > * + * { margin-top: 0; }
.chart figcaption { min-height: 3rem; }
.chart h3 { padding-right: 7rem; }
.chart input { position: absolute; opacity: 0; width: 0; }
.chart label { position: absolute; top: .9rem; font-size: .8rem; color: var(--muted); cursor: pointer; padding: .05rem .5rem; border-radius: 99px; border: 1px solid transparent; }
.chart label[for$=log] { right: 1rem; }
.chart label[for$=linear] { right: 3.3rem; }
.chart input:checked + label { color: var(--ink); border-color: var(--track); }
.chart input:focus-visible + label { outline: 2px solid var(--accent); }
.pick-log:checked ~ .plot.linear, .pick-linear:checked ~ .plot.log { display: none; }
.plot { position: relative; height: 13rem; margin: .4rem .5rem 2.6rem 2.9rem !important; border-radius: 2px; }
.plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
.chart path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--rule); stroke-width: 1; }
.raw { stroke-width: 1; stroke-opacity: .32; stroke-linejoin: round; }
.smooth { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.reference { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 4; }
.line-0 { stroke: var(--line-0); --line: var(--line-0); } .line-1 { stroke: var(--line-1); --line: var(--line-1); }
.line-2 { stroke: var(--line-2); --line: var(--line-2); } .line-3 { stroke: var(--line-3); --line: var(--line-3); }
.y-tick, .x-tick, .x-name { position: absolute; font-size: .75rem; line-height: 1; color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.y-tick { right: calc(100% + .5rem); transform: translateY(50%); }
.x-tick { top: calc(100% + .5rem); transform: translateX(-50%); }
.x-name { top: calc(100% + 1.6rem); right: 0; }
.cursor { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--muted); pointer-events: none; }
#tip {
  position: fixed; z-index: 9; pointer-events: none; max-width: 20rem; padding: .45rem .65rem; border-radius: 8px; background: var(--ink); color: var(--ground);
  font-size: .8rem; line-height: 1.4; white-space: pre-line; font-variant-numeric: tabular-nums;
}
[hidden] { display: none !important; }

.command { padding: .9rem 1.1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; align-items: start; }
.facts > div { padding: .9rem 1.1rem; }
.facts dl { margin-top: .5rem; font-size: .9rem; }
.facts dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: .28rem 0; border-top: 1px solid var(--rule); }
.facts dt { color: var(--muted); flex: 0 1 auto; }
.facts dd { text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

.remarks { list-style: none; padding: 0; overflow: hidden; }
.remarks li { padding: .8rem 1.1rem .9rem; border-left: 4px solid var(--track); }
.remarks li + li { border-top: 1px solid var(--rule); }
.remarks strong { font-size: .85rem; color: var(--muted); }
.remarks .warning { border-left-color: var(--amber); font-size: inherit; color: inherit; } .remarks .warning strong { color: var(--amber); }
.remarks .error { border-left-color: var(--danger); } .remarks .error strong { color: var(--danger); }
.action { color: var(--muted); } .action::before { content: "\\2192\\a0" / ""; }

details { padding: .65rem 1.1rem; }
details + details { margin-top: .5rem !important; }
summary { cursor: pointer; }
summary .count { color: var(--muted); margin-left: .4rem; font-variant-numeric: tabular-nums; }
details ul { margin-top: .5rem; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere; }

@media (max-width: 40rem) {
  body { padding: 1.75rem 1rem 1.5rem; }
  .headlines { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; margin-top: 1.4rem; }
  .headlines > div { padding: .75rem .85rem; }
  .headlines .figure { font-size: 1.8rem; }
  .scores { font-size: .85rem; }
  .scores th, .scores td { padding: .28rem .5rem; }
  .scores tbody th[scope=row] { padding-left: .8rem; white-space: normal; }
  .mark { min-width: 5rem; }
  .framed { margin-left: 0; }
  .matrix tbody th span { width: 6.5rem; }
  .plot { height: 11rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print { nav, .chart label { display: none; } body { max-width: none; padding: 0; } .card, .chart { break-inside: avoid; } }
`;
