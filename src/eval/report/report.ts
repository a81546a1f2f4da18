import type { ScoreTable } from "../scores.ts";
import { type Chart, chartFigure } from "./chart.ts";
import { type Facts, factsSection } from "./facts.ts";
import { type DroppedSample, dropsSection, filesSection, type RunFile } from "./files.ts";
import { html } from "./html.ts";
import { type SimilarityMatrix, similaritySection } from "./matrix.ts";
import { type NearestPictures, nearestSection } from "./nearest.ts";
import { page, type Section, sectioned } from "./page.ts";
import { type Remark, remarksSection } from "./remarks.ts";
import { headlines, scoresSection } from "./score-section.ts";

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
  return page(
    report.title,
    sectioned(
      html`<h1>${report.title}</h1>
        ${report.summary && html`<p class="lead">${report.summary}</p>`} ${headlines(report.scores)}`,
      sections,
    ),
    { scripts: true },
  );
}
