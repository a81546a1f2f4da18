import sharp from "sharp";
import { fold, integer, key, type Key } from "../../engine/random.ts";
import { pictureFormat } from "../download/picture-format.ts";
import { DropCounts } from "../formats/drop-counts.ts";
import { openData, type OpenDataOptions } from "../formats/open-data.node.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { guessLanguage } from "../text/language.ts";
import { FrequentTexts } from "./frequent.ts";
import type { Example, Inspection } from "./inspection.ts";
import { Tally } from "./tally.ts";

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

/** Distinct captions that are remembered: some 20 MB. */
const captionCapacity = 100_000;

/** Fields that are named: a data set with more has values for names. */
const maxFields = 200;

/**
 * Looks at every sample of a data set: pictures by their headers alone, so that a million take minutes. Memory does not grow with the size.
 * @throws {InputError} what {@link openData} throws
 */
export async function inspectData(source: string, options: InspectOptions = {}): Promise<Inspection> {
  const { limit = Infinity, examples = 12, seed = 0, signal, onProgress } = options;
  const drops = new DropCounts();
  const onDrop: OnDrop = (name, reason) => {
    drops.add(name, reason);
    options.onDrop?.(name, reason);
  };
  const survey = new Survey(examples, key(seed));
  for await (const sample of openData(source, { ...options, onDrop, keepUncaptioned: true })) {
    signal?.throwIfAborted();
    await survey.add(sample);
    onProgress?.(survey.samples);
    if (survey.samples >= limit) break;
  }
  return survey.result(source, drops);
}

class Survey {
  readonly #examples: number;
  readonly #key: Key;
  readonly #drawn: { sample: Sample; bytes: Uint8Array | undefined }[] = [];
  readonly #tallies = {
    width: new Tally(),
    height: new Tally(),
    fileBytes: new Tally(),
    words: new Tally(),
    characters: new Tally(),
  };
  readonly #formats = new Counts();
  readonly #languages = new Counts();
  readonly #guesses = new Counts();
  readonly #fields = new Counts();
  readonly #repeated = new FrequentTexts(captionCapacity);
  readonly #unreadable = new DropCounts();
  readonly #counts = { withoutCaption: 0, captions: 0, withBoxes: 0, boxes: 0, withConversation: 0, withFrames: 0 };
  samples = 0;

  constructor(examples: number, random: Key) {
    this.#examples = examples;
    this.#key = random;
  }

  async add(sample: Sample): Promise<void> {
    const { captions, boxes = [], conversation, frames, metadata } = sample;
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
      this.#repeated.add(text);
      if (language === undefined) this.#guesses.add(guessLanguage(text).language ?? "unknown");
      else this.#languages.add(language);
    }
    for (const field of Object.keys(metadata))
      if (this.#fields.has(field) || this.#fields.size < maxFields) this.#fields.add(field);
    const bytes = await this.#picture(sample);
    this.#draw(sample, bytes);
  }

  async result(source: string, drops: DropCounts): Promise<Inspection> {
    const distributions = Object.entries(this.#tallies).flatMap(([name, tally]) => {
      const distribution = tally.distribution();
      return distribution === undefined ? [] : [[name, distribution] as const];
    });
    return {
      source,
      samples: this.samples,
      ...this.#counts,
      drops: drops.list(),
      unreadable: this.#unreadable.list(),
      formats: this.#formats.byCount(),
      languages: this.#languages.byCount(),
      guessedLanguages: this.#guesses.byCount(),
      metadata: Object.fromEntries(
        Object.entries(this.#fields.byCount()).map(([name, count]) => [name, count / this.samples]),
      ),
      ...Object.fromEntries(distributions),
      repeated: this.#repeated.top(20),
      repeatedExactly: this.#repeated.isExact,
      examples: await Promise.all(this.#drawn.map(({ sample, bytes }) => exampleOf(sample, bytes))),
    };
  }

  /** The file of the sample's picture, measured; `undefined` if there is none to be had. */
  async #picture({ key: name, image }: Sample): Promise<Uint8Array | undefined> {
    try {
      if (!(image instanceof Uint8Array) && !("read" in image)) {
        this.#measure("decoded", image.width, image.height);
        return undefined;
      }
      const bytes = image instanceof Uint8Array ? image : await image.read();
      this.#tallies.fileBytes.add(bytes.length);
      const { format, autoOrient: upright } = await sharp(bytes, { limitInputPixels: false }).metadata();
      this.#measure(pictureFormat(bytes) ?? format, upright.width, upright.height);
      return bytes;
    } catch (error) {
      const isAbsent = error instanceof Error && "code" in error && error.code === "FILE_NOT_READABLE";
      this.#unreadable.add(name, isAbsent ? "FILE_NOT_READABLE" : "IMAGE_NOT_DECODABLE");
      return undefined;
    }
  }

  #measure(format: string, width: number, height: number): void {
    this.#formats.add(format);
    this.#tallies.width.add(width);
    this.#tallies.height.add(height);
  }

  /** Reservoir sampling: each sample is among the examples with the same chance. */
  #draw(sample: Sample, bytes: Uint8Array | undefined): void {
    if (this.#drawn.length < this.#examples) {
      this.#drawn.push({ sample, bytes });
      return;
    }
    const at = integer(fold(this.#key, this.samples), this.samples);
    if (at < this.#examples) this.#drawn[at] = { sample, bytes };
  }
}

/** How often each name came up. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent first. */
  byCount(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort((a, b) => b[1] - a[1]));
  }
}

async function exampleOf({ key: name, captions }: Sample, bytes: Uint8Array | undefined): Promise<Example> {
  const texts = captions.map(({ text }) => text);
  if (bytes === undefined) return { key: name, captions: texts };
  try {
    const picture = sharp(bytes, { limitInputPixels: 2 ** 28 });
    const { autoOrient: upright } = await picture.metadata();
    const small = picture.autoOrient().resize({ width: 160, height: 160, fit: "inside", withoutEnlargement: true });
    const thumbnail = await small.flatten({ background: "white" }).jpeg({ quality: 80 }).toBuffer();
    return {
      key: name,
      captions: texts,
      width: upright.width,
      height: upright.height,
      thumbnail: new Uint8Array(thumbnail),
    };
  } catch {
    return { key: name, captions: texts };
  }
}
