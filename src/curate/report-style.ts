/** What the curation's report needs besides the style of all reports. */
export const reportStyle = `
.funnel th, .funnel td { padding: .38rem .8rem; vertical-align: top; }
.funnel tbody tr { border-top: 1px solid var(--rule); }
.funnel td:last-child { font-size: .85rem; min-width: 14rem; }
.funnel td:last-child a { white-space: nowrap; }
.funnel .bar { width: 26%; min-width: 8rem; white-space: nowrap; font-size: 0; padding-top: .75rem; }
.funnel .bar i { display: inline-block; height: .7rem; }
.funnel .bar .kept { background: var(--accent); border-radius: 3px 0 0 3px; }
.funnel .bar .dropped { background: var(--amber); opacity: .75; }
.histogram h3 { padding-right: 0; }
.histogram path { stroke: none; }
.histogram path.kept { fill: var(--accent); }
.histogram path.dropped { fill: var(--amber); }
.histogram path.reference { stroke: var(--ink); }
.gallery ul { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .8rem; margin-top: .6rem; }
.gallery + .gallery { margin-top: 2rem; }
.swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; }
.swatch.kept { background: var(--accent); }
.swatch.dropped { background: var(--amber); }
.gallery li { font-size: .8rem; line-height: 1.35; }
.gallery li.pair { grid-column: span 2; display: grid; grid-template-columns: 1fr auto 1fr; gap: .4rem; }
.gallery li.pair > .muted { align-self: center; padding-bottom: 2.5rem; font-size: .7rem; }
.gallery figure { margin: 0; min-width: 0; padding: 0; }
.gallery img, .gallery .none { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; border: 1px solid var(--rule); border-radius: 9px; }
.gallery .none { display: grid; place-items: center; background: var(--surface); color: var(--muted); }
.gallery figcaption p { margin-top: .3rem; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.gallery figcaption .key { color: var(--muted); font-size: .7rem; -webkit-line-clamp: 1; margin-top: .1rem; }
`;
