import { DropCounts } from "../../data/formats/drop-counts.ts";
import { openData, type OpenDataOptions } from "../../data/formats/open-data.node.ts";
import { writeData, type WriteDataOptions } from "../../data/formats/write-data.node.ts";
import type { Sample } from "../../data/sample.ts";
import type { ScoringEmbedder } from "../clip/picture-embeddings.ts";
import { CaptionJournal } from "./caption-journal.node.ts";
import { captionSamples } from "./caption-samples.ts";
import type { Captioner } from "./captioner.ts";
import { mixCaptions, type MixPolicy, type ScoredCaptions } from "./mix-captions.ts";
import { scoreCaptions } from "./score-captions.ts";

/** How a data set is captioned anew. */
export interface RecaptionOptions extends Pick<WriteDataOptions, "format" | "overwrite" | "signal" | "onProgress"> {
  readonly captioner: Captioner;
  /** All that captions depend on besides the captioner's name, e.g. the prompt. */
  readonly settings: string;
  /** Captions for each picture; 1 if absent. */
  readonly count?: number;
  /** Scores captions; needed by a policy that looks at scores, and by `minScore`. */
  readonly embedder?: ScoringEmbedder;
  /** Which captions stay; all if absent. */
  readonly policy?: MixPolicy;
  /** Captions with a lower similarity to their picture go, whoever wrote them. */
  readonly minScore?: number;
  /** Stops after this many samples. */
  readonly limit?: number;
  readonly read?: Pick<OpenDataOptions, "images">;
}

/** What became of a data set. */
export interface Recaptioned {
  readonly written: number;
  /** Pictures for which the captioner gave something, in this run. */
  readonly captioned: number;
  /** Of an earlier, unfinished run. */
  readonly known: number;
  /** Samples that are left out, and why. */
  readonly drops: DropCounts;
  /** Samples that got no synthetic caption, and why. */
  readonly failures: DropCounts;
}

/**
 * Reads a data set, lets a captioner write captions of its pictures, chooses among old and new ones, and writes the result. Captions are kept in
 * `DESTINATION.captions.jsonl` until it is written, so that a run that was stopped goes on without asking for them again.
 *
 * @throws {InputError} CAPTIONS_OF_OTHER_SETTINGS, and what captioning, reading and writing throw
 */
export async function recaption(source: string, destination: string, options: RecaptionOptions): Promise<Recaptioned> {
  const { captioner, settings, count = 1, policy = { keep: "all" }, minScore, limit = Infinity, signal } = options;
  const [drops, failures] = [new DropCounts(), new DropCounts()];
  const journal = await CaptionJournal.open(
    `${destination.replace(/[/\\]+$/, "")}.captions.jsonl`,
    `${captioner.name}, ${count} a picture, ${settings}`,
  );
  let captioned = 0;
  try {
    const samples = first(openData(source, { ...options.read, keepUncaptioned: true, onDrop: drops.add }), limit);
    const recaptioned = captionSamples(samples, captioner, {
      count,
      known: journal.known,
      onCaptioned: async (key, captions) => {
        captioned++;
        await journal.add(key, captions);
      },
      onFailure: (key, { code }) => failures.add(key, code),
      ...(signal !== undefined && { signal }),
    });
    const onFailure = ({ key }: Sample): void => drops.add(key, "IMAGE_NOT_DECODABLE");
    const scored =
      options.embedder === undefined ? unscored(recaptioned) : scoreCaptions(recaptioned, options.embedder, onFailure);
    const written = await writeData(mixCaptions(scored, policy, { minScore, onDrop: drops.add }), destination, {
      ...options,
      onDrop: drops.add,
    });
    await journal.finish();
    return { written, captioned, known: journal.known.size, drops, failures };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function* unscored(samples: AsyncIterable<Sample>): AsyncGenerator<ScoredCaptions> {
  for await (const sample of samples) yield { sample, scores: [] };
}

async function* first(samples: AsyncIterable<Sample>, limit: number): AsyncGenerator<Sample> {
  let left = limit;
  for await (const sample of samples) {
    yield sample;
    if (--left <= 0) return;
  }
}
