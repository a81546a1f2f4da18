import { type Content, html, trusted } from "./html.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** A section of a page, which the page's navigation leads to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** A section without content is left out. */
  readonly body: Content;
}

/** What a page has besides its body. */
export interface PageOptions {
  /** Style sheet after the common one. */
  readonly style?: string;
  /** Adds the scripts that show values under the pointer; without them the page is forbidden to run any. */
  readonly scripts?: boolean;
}

/** A whole HTML page around a body, in the one manner of all of Fovea's pages. Its content security policy forbids it to load anything. */
export function page(title: string, body: Content, { style: own = "", scripts = false }: PageOptions = {}): string {
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'${scripts ? "; script-src 'unsafe-inline'" : ""}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(style() + own)}
        </style>
      </head>
      <body>
        ${body}
        <footer>Written by Fovea. This page is whole: it loads nothing from elsewhere.</footer>
        ${
          scripts &&
          html`<div id="tip" aria-hidden="true" hidden></div>
            <script>
              ${trusted(script)};
            </script>`
        }
      </body>
    </html> `.markup;
}

/** A header with links to the sections, and the sections. */
export function sectioned(heading: Content, sections: readonly Section[]): Content {
  const shown = sections.filter(({ body }) => body);
  return html`<header>
      ${heading}
      <nav aria-label="Sections">${shown.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
    </header>
    <main>
      ${shown.map(
        ({ id, title, body }) =>
          html`<section id="${id}" aria-labelledby="${id}-title">
            <h2 id="${id}-title">${title}</h2>
            ${body}
          </section>`,
      )}
    </main>`;
}
