import type { ScoreTable } from "../scores.ts";
import { type Chart, chartFigure } from "./chart.ts";
import { type Facts, factsSection } from "./facts.ts";
import { type DroppedSample, dropsSection, filesSection, type RunFile } from "./files.ts";
import { type Content, html, type Html, trusted } from "./html.ts";
import { type SimilarityMatrix, similaritySection } from "./matrix.ts";
import { type NearestPictures, nearestSection } from "./nearest.ts";
import { type Remark, remarksSection } from "./remarks.ts";
import { headlines, scoresSection } from "./score-section.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** All that a report shows. Parts that are empty or absent are left out of the page. */
export interface Report {
  readonly title: string;
  /** One sentence under the title. */
  readonly summary?: string;
  /** The exact command that repeats the run. */
  readonly command: string;
  readonly config: Facts;
  /** Hardware, versions, duration, date. */
  readonly machine: Facts;
  readonly charts: readonly Chart[];
  readonly scores: ScoreTable;
  readonly similarity?: SimilarityMatrix;
  readonly nearest: readonly NearestPictures[];
  readonly remarks: readonly Remark[];
  readonly files: readonly RunFile[];
  readonly dropped: readonly DroppedSample[];
}

/**
 * A run as one HTML page that needs nothing beside itself: style, pictures and curves are inside, and its content security
 * policy forbids it to load anything. It reads without scripts; two small ones of its own show values under the pointer.
 */
export function renderReport(report: Report): string {
  const charts = report.charts.filter(({ curves }) => curves.some(({ points }) => points.length > 0));
  const sections: readonly Section[] = [
    { id: "scores", title: "Scores", body: report.scores.length > 0 && scoresSection(report.scores) },
    {
      id: "nearest",
      title: "Nearest pictures",
      body: report.nearest.length > 0 && nearestSection(report.nearest),
    },
    { id: "similarity", title: "Similarity", body: report.similarity && similaritySection(report.similarity) },
    {
      id: "curves",
      title: "Curves",
      body: charts.length > 0 && html`<div class="charts">${charts.map((chart, i) => chartFigure(chart, i))}</div>`,
    },
    { id: "doctor", title: "Doctor", body: remarksSection(report.remarks) },
    { id: "run", title: "Run", body: factsSection(report.command, report.config, report.machine) },
    { id: "files", title: "Files", body: report.files.length > 0 && filesSection(report.files) },
    { id: "dropped", title: "Dropped samples", body: report.dropped.length > 0 && dropsSection(report.dropped) },
  ];
  const shown = sections.filter(({ body }) => body);
  return page(
    report.title,
    html`<header>
        <h1>${report.title}</h1>
        ${report.summary && html`<p class="lead">${report.summary}</p>`} ${headlines(report.scores)}
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
      </main>`,
  );
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(style())}
        </style>
      </head>
      <body>
        ${body}
        <footer>Written by Fovea. This page is whole: it loads nothing from elsewhere.</footer>
        <div id="tip" aria-hidden="true" hidden></div>
        <script>
          ${trusted(script)};
        </script>
      </body>
    </html> `.markup;
}
