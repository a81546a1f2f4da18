import { z } from "zod";
import { fold, key } from "../../engine/random.ts";
import { EntryMatcher, spacedWords } from "../concepts/entry-matcher.ts";
import type { Scorer, SetScorer } from "../stage.ts";
import { defineStage } from "../stage-kind.ts";
import { balance } from "./metaclip.ts";
import { openMetadata, type Metadata } from "./metadata.node.ts";

/** The numbers of the metadata entries that occur in a sample's captions, parted by spaces. */
export function entryScorer({ entries, identity }: Metadata): Scorer {
  const matcher = new EntryMatcher(entries);
  return {
    id: "metadata-entries",
    version: `1 ${identity}`,
    columns: { metadata_entries: "text" },
    score: async (batch) =>
      batch.map(({ sample }) => ({
        metadata_entries: unique(sample.captions.flatMap(({ text }) => matcher.match(text))).join(" "),
      })),
  };
}

/** The words of a sample's captions, punctuation left out, parted by spaces. */
export const unigramScorer: Scorer = {
  id: "unigrams",
  version: "1",
  columns: { unigrams: "text" },
  score: async (batch) =>
    batch.map(({ sample }) => {
      const words = sample.captions.flatMap(({ text }) => spacedWords(text));
      return { unigrams: unique(words.filter((word) => /[\p{L}\p{N}]/u.test(word))).join(" ") };
    }),
};

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** MetaCLIP's balancing as a stage. */
export const metaclip = defineStage({
  id: "metaclip",
  summary: "balance captions over the entries of a metadata list: no entry fills the data (MetaCLIP)",
  options: z.object({
    /** `wordnet` (names of synsets), `unigrams` (words of the captions themselves), or a file: JSON array or lines. */
    metadata: z.string().default("wordnet"),
    /** About so many samples of each entry stay at most: the paper's t. */
    limit: z.number().positive().default(20_000),
    /** With `unigrams`: words of fewer samples are no entries; 100, as MetaCLIP asks of Wikipedia's, if absent. */
    minCount: z.int().positive().optional(),
    seed: z.int().default(0),
  }),
  rule: async ({ metadata, limit, minCount, seed }) => {
    const isUnigrams = metadata === "unigrams";
    const entries = isUnigrams ? unigramScorer : entryScorer(await openMetadata(metadata));
    return {
      id: "metaclip",
      scorers: [],
      setScorers: [balanceScorer(entries, minCount ?? (isUnigrams ? 100 : 1), seed)],
      reasons: {
        METADATA_UNMATCHED: "No entry of the metadata occurs in the captions.",
        METADATA_BALANCED: `All entries that occur in the captions are common: about ${limit} samples of each stay.`,
      },
      judge: async (table, alive) => {
        const needed = table.numbers("metaclip_limit");
        const dropped = new Map<number, string>();
        for (const row of alive)
          if (Number.isNaN(needed[row])) dropped.set(row, "METADATA_UNMATCHED");
          else if (needed[row]! >= limit) dropped.set(row, "METADATA_BALANCED");
        return dropped;
      },
      cuts: [{ column: "metaclip_limit", above: limit }, { column: "metaclip_rarest" }],
    };
  },
});

/** The limit from which on each sample stays, and how many samples share the rarest of its entries; see {@link balance}. */
const balanceScorer = (entryNames: Scorer, minCount: number, seed: number): SetScorer => ({
  id: "metaclip",
  version: `1 ${JSON.stringify({ minCount, seed })}`,
  columns: { metaclip_limit: "number", metaclip_rarest: "number" },
  scorers: [entryNames],
  score: async (table, alive) => {
    const matches = table.texts(Object.keys(entryNames.columns)[0]!);
    const texts = Array.from(alive, (row) => ({
      id: table.keys[row]!,
      entries: (matches[row] ?? "").split(" ").filter((entry) => entry !== ""),
    }));
    const { limit, rarest } = balance(texts, { minCount, key: fold(key(seed), "metaclip") });
    const spread = (values: Float64Array): Float64Array => {
      const all = new Float64Array(table.rows).fill(NaN);
      for (const [i, row] of alive.entries()) all[row] = values[i]!;
      return all;
    };
    return { metaclip_limit: spread(limit), metaclip_rarest: spread(rarest) };
  },
});
