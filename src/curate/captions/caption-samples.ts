import type { Caption, Sample } from "../../data/sample.ts";
import { mapInOrder } from "../../data/stream.ts";
import { FoveaError } from "../../platform/error.ts";
import type { Captioner } from "./captioner.ts";
import { syntheticBy } from "./provenance.ts";

/** How {@link captionSamples} works. */
export interface CaptionSamplesOptions {
  /** Captions for each picture; 1 if absent. */
  readonly count?: number;
  /** Captions that an earlier run got, by the sample's key: they are not asked for again. */
  readonly known?: ReadonlyMap<string, readonly string[]>;
  /** Told of each picture that was captioned now, before its sample is yielded. */
  readonly onCaptioned?: (key: string, captions: readonly string[]) => void | Promise<void>;
  /** Told of each picture for which there is no caption to be had: its sample goes on with what it has. */
  readonly onFailure?: (key: string, error: FoveaError) => void;
  readonly signal?: AbortSignal;
}

/** Failures that concern the picture, or the moment; after any other the run ends. */
const passing = new Set([
  "FILE_NOT_READABLE",
  "IMAGE_NOT_DECODABLE",
  "IMAGE_TOO_LARGE",
  "CAPTIONER_REJECTED",
  "CAPTIONER_UNREACHABLE",
  "CAPTION_ANSWER_INVALID",
  "CAPTION_DECLINED",
]);

/** This many unanswered pictures in a row mean that the captioner is gone. */
const goneAfter = 8;

/**
 * Adds captions that a model writes, after those that samples have, each with its provenance. Samples keep their order; several pictures are
 * with the captioner at once.
 *
 * @throws {FoveaError} what concerns every picture, as CAPTIONER_REFUSED, and CAPTIONER_UNREACHABLE for 8 pictures in a row
 */
export async function* captionSamples(
  samples: AsyncIterable<Sample>,
  captioner: Captioner,
  { count = 1, known = new Map(), onCaptioned = () => {}, onFailure = () => {}, signal }: CaptionSamplesOptions = {},
): AsyncGenerator<Sample> {
  const captionsOf = async (sample: Sample): Promise<readonly string[] | FoveaError> => {
    const before = known.get(sample.key);
    if (before !== undefined) return before;
    try {
      const image = "read" in sample.image ? await sample.image.read() : sample.image;
      const captions = await captioner.caption(image, count, signal);
      await onCaptioned(sample.key, captions);
      return captions;
    } catch (error) {
      if (error instanceof FoveaError && passing.has(error.code)) return error;
      throw error;
    }
  };
  const captioned = mapInOrder(samples, captioner.concurrency, async (sample) => ({
    sample,
    captions: await captionsOf(sample),
  }));
  let unanswered = 0;
  for await (const { sample, captions } of captioned) {
    if (captions instanceof FoveaError) {
      unanswered = captions.code === "CAPTIONER_UNREACHABLE" ? unanswered + 1 : 0;
      if (unanswered >= goneAfter) throw captions;
      onFailure(sample.key, captions);
      yield sample;
    } else {
      unanswered = 0;
      const provenance = syntheticBy(captioner.name);
      const added = [...new Set(captions)].map((text): Caption => ({ text, provenance }));
      yield { ...sample, captions: [...sample.captions, ...added] };
    }
  }
}
