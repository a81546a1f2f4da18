import { formatCount } from "../scores.ts";
import { html, type Html } from "./html.ts";

/** A file of the run folder. */
export interface RunFile {
  readonly path: string;
  readonly bytes: number;
  /** What it is for. */
  readonly purpose?: string;
}

/** A sample that was left out, and why. */
export interface DroppedSample {
  /** File, row or key. */
  readonly source: string;
  readonly reason: string;
}

/** The run folder's files with their sizes. */
export function filesSection(files: readonly RunFile[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Files">
    <table class="files">
      <thead>
        <tr>
          <th scope="col">file</th>
          <th scope="col" class="number">size</th>
          <th scope="col">what it is</th>
        </tr>
      </thead>
      <tbody>
        ${files.map(
          ({ path, bytes, purpose }) =>
            html`<tr>
              <th scope="row"><code>${path}</code></th>
              <td class="number">${formatBytes(bytes)}</td>
              <td>${purpose}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Bytes for reading, in powers of 1000: "812 B", "1.2 kB", "34 MB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const size = bytes / 1000 ** power;
  return `${power > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power]!}`;
}

/** Samples of each reason listed on the page; the rest are counted. */
const listedPerReason = 20;

/** Dropped samples by reason, commonest first. */
export function dropsSection(dropped: readonly DroppedSample[]): Html {
  const byReason = new Map<string, string[]>();
  for (const { source, reason } of dropped) {
    const sources = byReason.get(reason);
    if (sources) sources.push(source);
    else byReason.set(reason, [source]);
  }
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  return html`<p>${formatCount(dropped.length)} samples were left out.</p>
    ${reasons.map(
      ([reason, sources]) =>
        html`<details>
          <summary>${reason} <span class="count">${formatCount(sources.length)}</span></summary>
          <ul>
            ${sources.slice(0, listedPerReason).map((source) => html`<li><code>${source}</code></li>`)}
            ${sources.length > listedPerReason && html`<li>and ${formatCount(sources.length - listedPerReason)} more</li>`}
          </ul>
        </details>`,
    )}`;
}
