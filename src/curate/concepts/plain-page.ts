import { html, trusted, type Html } from "../../eval/report/html.ts";
import { style } from "../../eval/report/style.ts";

/** A page that needs nothing beside itself, without scripts, in the manner of the reports. */
export function plainPage(title: string, body: Html, extraStyle = ""): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(style() + extraStyle)}
        </style>
      </head>
      <body>
        ${body}
        <footer>Written by Fovea. This page is whole: it loads nothing from elsewhere.</footer>
      </body>
    </html> `.markup;
}

/** A number among the headlines of a page. */
export const headline = (name: string, explanation: string, value: string): Html =>
  html`<div>
    <dt>${name}<span>${explanation}</span></dt>
    <dd class="figure">${value}</dd>
  </div>`;

/** A whole number with commas. */
export const grouped = (count: number): string => count.toLocaleString("en-US");

/** A share as per cent, with one decimal. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
