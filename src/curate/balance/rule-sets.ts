import type { Rule } from "../stage.ts";

/**
 * Keeps what every rule keeps. Unlike rules in a row, each is shown all rows, so a share of the best is one of the whole.
 * The reason is that of the first rule that drops.
 */
export const allOf = (id: string, rules: readonly Rule[]): Rule => ({
  ...joined(id, rules),
  judge: async (table, alive) => {
    const dropped = new Map<number, string>();
    for (const rule of rules)
      for (const [row, reason] of await rule.judge(table, alive)) if (!dropped.has(row)) dropped.set(row, reason);
    return dropped;
  },
});

/** Keeps what at least one of the rules keeps. The reason is that of the first rule. */
export const anyOf = (id: string, rules: readonly Rule[]): Rule => ({
  ...joined(id, rules),
  judge: async (table, alive) => {
    const verdicts = [];
    for (const rule of rules) verdicts.push(await rule.judge(table, alive));
    const [first = new Map<number, string>(), ...others] = verdicts;
    return new Map([...first].filter(([row]) => others.every((verdict) => verdict.has(row))));
  },
});

/** Keeps what a rule drops. */
export const not = (id: string, rule: Rule): Rule => ({
  id,
  scorers: rule.scorers,
  setScorers: rule.setScorers ?? [],
  reasons: { KEPT_BY_OPPOSITE: `The rule ${rule.id} keeps it, and what it drops was asked for.` },
  judge: async (table, alive) => {
    const opposite = await rule.judge(table, alive);
    return new Map([...alive].filter((row) => !opposite.has(row)).map((row) => [row, "KEPT_BY_OPPOSITE"]));
  },
});

const joined = (id: string, rules: readonly Rule[]): Omit<Rule, "judge"> => ({
  id,
  scorers: rules.flatMap(({ scorers }) => scorers),
  setScorers: rules.flatMap(({ setScorers = [] }) => setScorers),
  reasons: Object.fromEntries(rules.flatMap(({ reasons }) => Object.entries(reasons))),
  cuts: (table, alive) => rules.flatMap(({ cuts = [] }) => (typeof cuts === "function" ? cuts(table, alive) : cuts)),
});
