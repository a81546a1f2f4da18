import { formatCount } from "../scores.ts";
import { html, type Html } from "./html.ts";

/** What the training doctor found. */
export interface Remark {
  readonly level: "note" | "warning" | "error";
  readonly text: string;
  /** What to do about it. */
  readonly action?: string;
  /** Training step. */
  readonly step?: number;
}

/** The doctor's remarks in order, or that there are none. */
export function remarksSection(remarks: readonly Remark[]): Html {
  if (remarks.length === 0) return html`<p class="right">Nothing to remark.</p>`;
  return html`<ul class="remarks">
    ${remarks.map(
      ({ level, text, action, step }) =>
        html`<li class="${level}">
          <strong>${level}${step !== undefined && ` at step ${formatCount(step)}`}</strong>
          <p>${text}</p>
          ${action && html`<p class="action">${action}</p>`}
        </li>`,
    )}
  </ul>`;
}
