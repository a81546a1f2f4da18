import { html, type Html } from "./html.ts";

/** A JSON-like value of a configuration or a machine description. */
export type Fact = string | number | boolean | null | undefined | readonly Fact[] | Facts;

/** Named facts, nested as deep as they are. */
export interface Facts {
  readonly [name: string]: Fact;
}

/** The command, the machine and the configuration. */
export function factsSection(command: string, config: Facts, machine: Facts): Html {
  return html`<pre class="command" tabindex="0"><code>${command}</code></pre>
    <div class="facts">${factList("Machine", machine)} ${factList("Configuration", config)}</div>`;
}

function factList(title: string, facts: Facts): Html | undefined {
  const rows = flatten(facts);
  if (rows.length === 0) return undefined;
  return html`<div>
    <h3>${title}</h3>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

/** Nested facts as dotted names and text. */
function flatten(facts: Facts, prefix = ""): [name: string, value: string][] {
  return Object.entries(facts).flatMap(([name, value]) =>
    isFacts(value)
      ? flatten(value, `${prefix}${name}.`)
      : value === undefined
        ? []
        : [[prefix + name, formatFact(value)]],
  );
}

const isList = (fact: Fact): fact is readonly Fact[] => Array.isArray(fact);
const isFacts = (fact: Fact): fact is Facts => typeof fact === "object" && fact !== null && !isList(fact);

const formatFact = (fact: Fact): string =>
  isList(fact) ? fact.map(formatFact).join(", ") : isFacts(fact) ? JSON.stringify(fact) : String(fact);
