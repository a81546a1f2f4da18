import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../platform/error.ts";
import { parseConcepts } from "../concepts/concept-list.ts";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";
import { defineStage } from "../stage-kind.ts";
import { readList } from "./metadata.node.ts";
import { SynsetFilter } from "./text-based.ts";

/** Captions that mention what a list of classes names. */
export const textBased = defineStage({
  id: "text-based",
  summary: "keep pairs whose caption mentions a class of a list, by WordNet (DataComp's text-based selection)",
  options: z.object({
    /** A file of classes, e.g. ImageNet's: one to a line, names parted by commas. */
    concepts: z.string(),
  }),
  rule: async ({ concepts: path }) => {
    const text = await readList(path);
    const filter = new SynsetFilter(await openWordNetNouns(), parseConcepts(text, path));
    if (filter.unknown.length > 0 && filter.unknown.length === parseConcepts(text, path).length)
      throw new InputError(
        "CONCEPTS_UNKNOWN",
        path,
        "WordNet knows none of its concepts as a noun",
        "name English nouns",
      );
    return {
      id: "text-based",
      scorers: [
        {
          id: "synset-word",
          version: `1 ${createHash("sha256").update(text).digest("hex").slice(0, 16)}`,
          columns: { synset_word: "text" },
          score: async (batch) =>
            batch.map(({ sample }) => ({
              synset_word:
                sample.captions.map((caption) => filter.find(caption.text)).find((word) => word !== undefined) ?? null,
            })),
        },
      ],
      reasons: { NO_WANTED_CONCEPT: "No word of the captions means one of the wanted classes." },
      judge: async (table, alive) => {
        const words = table.texts("synset_word");
        return new Map([...alive].filter((row) => words[row] === null).map((row) => [row, "NO_WANTED_CONCEPT"]));
      },
    };
  },
});
