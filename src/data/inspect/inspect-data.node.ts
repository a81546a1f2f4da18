import { key } from "../../engine/random.ts";
import { DropCounts } from "../formats/drop-counts.ts";
import { openData, type OpenDataOptions } from "../formats/open-data.node.ts";
import { takeFirst } from "../stream.ts";
import type { OnDrop, Sample } from "../sample.ts";
import type { Example, Inspection } from "./inspection.ts";
import { PictureSurvey, thumbnailOf } from "./picture-survey.node.ts";
import { Reservoir } from "./reservoir.ts";
import { distributionsIn, Tally } from "./tally.ts";
import { TextSurvey } from "./text-survey.ts";

/** How a data set is looked at. */
export interface InspectOptions extends Omit<OpenDataOptions, "onDrop" | "keepUncaptioned"> {
  readonly onDrop?: OnDrop;
  /** Stops after this many samples. */
  readonly limit?: number;
  /** How many examples are drawn at random; 12 if absent. */
  readonly examples?: number;
  /** Decides which; 0 if absent. */
  readonly seed?: number;
  readonly onProgress?: (samples: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Looks at every sample of a data set: pictures by their headers alone, so that a million take minutes. Memory does not grow with the size.
 * @throws {InputError} PICTURES_NOT_FOUND if not one picture is where the data says, and what {@link openData} throws
 */
export async function inspectData(source: string, options: InspectOptions = {}): Promise<Inspection> {
  const { limit = Infinity, examples = 12, seed = 0, signal, onProgress } = options;
  const drops = new DropCounts();
  const onDrop: OnDrop = (name, reason) => {
    drops.add(name, reason);
    options.onDrop?.(name, reason);
  };
  const survey = new Survey();
  const drawn = new Reservoir<{ sample: Sample; bytes: Uint8Array | undefined }>(examples, key(seed));
  for await (const sample of takeFirst(openData(source, { ...options, onDrop, keepUncaptioned: true }), limit)) {
    signal?.throwIfAborted();
    drawn.add({ sample, bytes: await survey.add(sample) });
    onProgress?.(survey.samples);
  }
  survey.demandPictures(source);
  return {
    ...survey.result(source, drops),
    examples: await Promise.all(drawn.drawn.map(({ sample, bytes }) => exampleOf(sample, bytes))),
  };
}

class Survey {
  readonly #pictures = new PictureSurvey();
  readonly #texts = new TextSurvey();
  readonly #tallies = { words: new Tally(), characters: new Tally() };
  readonly #counts = { withoutCaption: 0, captions: 0, withBoxes: 0, boxes: 0, withConversation: 0, withFrames: 0 };
  samples = 0;

  /** @returns the file of the sample's picture, if there is one to be had */
  async add({ key: name, image, captions, boxes = [], conversation, frames, metadata }: Sample) {
    this.samples++;
    this.#counts.withoutCaption += captions.length === 0 ? 1 : 0;
    this.#counts.captions += captions.length;
    this.#counts.withBoxes += boxes.length > 0 ? 1 : 0;
    this.#counts.boxes += boxes.length;
    this.#counts.withConversation += conversation === undefined ? 0 : 1;
    this.#counts.withFrames += frames === undefined ? 0 : 1;
    for (const { text, language } of captions) {
      this.#tallies.words.add(text.split(/\s+/).length);
      this.#tallies.characters.add(Array.from(text).length);
      this.#texts.addText(text);
      this.#texts.addLanguage(text, language);
    }
    this.#texts.addFields(metadata);
    return this.#pictures.add(name, image);
  }

  demandPictures(source: string): void {
    this.#pictures.demandFound(source);
  }

  result(source: string, drops: DropCounts): Omit<Inspection, "examples"> {
    return {
      samples: this.samples,
      ...this.#counts,
      ...this.#texts.result(source, this.samples, drops),
      ...this.#pictures.result(),
      ...distributionsIn(this.#tallies),
    };
  }
}

async function exampleOf({ key: name, captions }: Sample, bytes: Uint8Array | undefined): Promise<Example> {
  return { key: name, captions: captions.map(({ text }) => text), ...(await thumbnailOf(bytes)) };
}
