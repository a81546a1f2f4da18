import { html, type Html } from "../../eval/report/html.ts";
import type { ConceptReport } from "./concept-audit.ts";
import { page } from "../../eval/report/page.ts";
import { formatCount } from "../../eval/scores.ts";
import { headline, percent } from "./headline.ts";
import { rankPlot } from "./rank-plot.ts";

/** Rows of the list of the most frequent concepts. */
const longestList = 40;
/** Names of the longest enumeration. */
const longestNames = 300;

/** A {@link ConceptReport} as one HTML page. @param source what was audited, for the title */
export function conceptPage(report: ConceptReport, source: string): string {
  const { samples, mentioned, concepts, withoutConcept, imbalance, tail, tailLimit } = report;
  const missing = report.evaluation.filter(({ orNarrower }) => orNarrower === 0);
  const body = html`<header>
      <h1>Concepts of ${source}</h1>
      <p class="lead">
        What ${formatCount(samples)} samples are about by the words of their captions, how unevenly, and what they never
        show.
      </p>
      <dl class="headlines">
        ${headline("Concepts mentioned", `of ${formatCount(concepts)} looked for`, formatCount(mentioned))}
        ${headline("Gini", "0: all equally frequent; 1: one has all mentions", imbalance.gini.toFixed(3))}
        ${headline(
          "Effective concepts",
          `equally frequent ones of the same entropy (${imbalance.entropyBits.toFixed(2)} bits)`,
          formatCount(Math.round(imbalance.effectiveConcepts)),
        )}
        ${headline("Long tail", `of mentioned concepts, with at most ${tailLimit} samples`, percent(tail / Math.max(1, mentioned)))}
        ${headline("Without concept", "samples whose captions mention none", percent(withoutConcept / Math.max(1, samples)))}
        ${
          report.evaluation.length > 0 &&
          headline(
            "Never shown",
            `of ${formatCount(report.evaluation.length)} concepts of the evaluation`,
            formatCount(missing.length),
          )
        }
      </dl>
    </header>
    <main>
      ${
        report.evaluation.length > 0 &&
        evaluationSection(
          report,
          missing.map(({ concept }) => concept),
        )
      }
      ${
        mentioned > 0 &&
        html`<section>
          <h2>Imbalance</h2>
          <p>
            The most frequent hundredth of the mentioned concepts has ${percent(imbalance.topPercentShare)} of all
            mentions.
          </p>
          ${rankPlot(
            report.counts.map((count) => count.samples),
            tailLimit,
          )}
        </section>`
      }
      ${report.categories.length > 0 && categorySection(report)}
      <section>
        <h2>Most frequent</h2>
        ${countTable(
          report.counts.slice(0, longestList).map((count) => [count.concept, count.samples]),
          samples,
        )}
      </section>
      ${
        report.neverMentioned.length > 0 &&
        html`<section>
          <h2>Concepts of the list that are never mentioned</h2>
          ${names(report.neverMentioned)}
        </section>`
      }
    </main>`;
  return page(`Concepts of ${source}`, body, { style: extraStyle });
}

function evaluationSection({ evaluation, samples, tailLimit }: ConceptReport, missing: readonly string[]): Html {
  const rare = evaluation.filter(({ orNarrower }) => orNarrower > 0 && orNarrower <= tailLimit);
  return html`<section>
    <h2>Concepts of the evaluation</h2>
    <p>A sample shows a concept if its captions mention it or, by WordNet, something narrower: a poodle is a dog.</p>
    <h3>Never shown: ${formatCount(missing.length)} of ${formatCount(evaluation.length)}</h3>
    ${names(missing)}
    ${
      rare.length > 0 &&
      html`<h3>Rarely shown: ${formatCount(rare.length)}</h3>
        ${countTable(
          rare.slice(0, longestList).map(({ concept, orNarrower }) => [concept, orNarrower]),
          samples,
        )}`
    }
  </section>`;
}

const categorySection = ({ categories, samples }: ConceptReport): Html =>
  html`<section>
    <h2>Kinds of concepts</h2>
    <p>Mentions by WordNet's categories of nouns, for each noun by its commonest meaning.</p>
    ${countTable(
      categories.map(({ category, mentions }) => [category, mentions]),
      samples,
    )}
  </section>`;

/** Names and counts, with bars in proportion to the largest. */
function countTable(rows: readonly (readonly [name: string, count: number])[], samples: number): Html {
  const largest = Math.max(1, ...rows.map(([, count]) => count));
  return html`<div class="scroll">
    <table class="counts">
      <thead>
        <tr>
          <th>concept</th>
          <th class="number">samples</th>
          <th class="number">share</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, count]) =>
            html`<tr>
              <td>${name}</td>
              <td class="number">${formatCount(count)}</td>
              <td class="number">${percent(count / Math.max(1, samples))}</td>
              <td class="bar"><i style="width:${((count / largest) * 100).toFixed(1)}%"></i></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const names = (all: readonly string[]): Html =>
  html`<p class="names">
    ${all.slice(0, longestNames).join(", ")}${all.length > longestNames && ` and ${formatCount(all.length - longestNames)} more`}${all.length === 0 && "none"}
  </p>`;

const extraStyle = `
.counts td, .counts th { padding: .28rem .9rem; }
.counts tbody tr { border-top: 1px solid var(--rule); }
.counts .bar { width: 45%; }
.counts .bar i { display: block; height: .6rem; border-radius: 3px; background: var(--accent); }
.names { max-width: none; font-size: .9rem; }
section h3 { margin-top: 1.2rem; }
`;
