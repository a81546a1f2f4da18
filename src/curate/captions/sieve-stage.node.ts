import { z } from "zod";
import { FoveaError } from "../../platform/error.ts";
import { bestOptions, keepBest } from "../clip/keep-best.ts";
import { imageOf } from "../clip/picture-embeddings.ts";
import { defineStage } from "../stage-kind.ts";
import { apiKey } from "./api-key.node.ts";
import { defaultPrompt, endpointCaptioner } from "./endpoint-captioner.ts";
import { captionsInData, sieveScorer, type SieveSource } from "./sieve.ts";

/** Pairs whose alt text says what a captioner sees. */
export const sieve = defineStage({
  id: "sieve",
  summary: "keep pairs whose alt text agrees with what a captioner writes of the picture (Sieve)",
  options: bestOptions.extend({
    /** Address of an OpenAI-compatible endpoint; the synthetic captions in the data are used if absent. */
    endpoint: z.string().optional(),
    /** The captioner's name at the endpoint. */
    captioner: z.string().default("default"),
    /** Captions to ask for; the paper has 8. */
    captions: z.int().positive().default(8),
    prompt: z.string().default(defaultPrompt),
  }),
  rule: async ({ min, top, of, endpoint, captioner, captions, prompt }, context) => {
    const source =
      endpoint === undefined ? captionsInData : sourceAt({ endpoint, model: captioner, count: captions, prompt });
    return keepBest(
      {
        id: "sieve",
        scorers: [sieveScorer(await context.embedder(), source)],
        column: "sieve_score",
        reason: "SIEVE",
        what: "the agreement of alt text and captioner",
        missing:
          endpoint === undefined
            ? "The sample has no caption of a model to compare with: write some with fovea data caption, or give an endpoint."
            : "The captioner could not caption the picture, or there is no alt text.",
      },
      // the paper's best fifth, where nothing is asked for
      { min, top: top ?? (min === undefined ? 0.2 : undefined), of },
    );
  },
});

function sourceAt(at: { endpoint: string; model: string; count: number; prompt: string }): SieveSource {
  const { endpoint, model, count, prompt } = at;
  const key = apiKey(process.env, endpoint);
  const captioner = endpointCaptioner({ baseUrl: endpoint, model, prompt, ...(key !== undefined && { apiKey: key }) });
  const stop = new AbortController(); // what concerns every picture ends the requests that are under way as well
  return {
    id: `${model} ${count} ${prompt}`,
    captionsOf: async (candidate) => {
      try {
        return await captioner.caption(await imageOf(candidate), count, stop.signal);
      } catch (error) {
        if (error instanceof FoveaError && error.code !== "CAPTIONER_REFUSED" && error.code !== "CAPTIONER_UNREACHABLE")
          return [];
        stop.abort();
        throw error;
      }
    },
  };
}
