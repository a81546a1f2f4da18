import { html, type Html } from "../../eval/report/html.ts";

/** A number among the headlines of a page. */
export const headline = (name: string, explanation: string, value: string): Html =>
  html`<div>
    <dt>${name}<span>${explanation}</span></dt>
    <dd class="figure">${value}</dd>
  </div>`;

/** A share as per cent, with one decimal. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
