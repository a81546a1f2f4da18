import { FoveaError } from "../platform/error.ts";
import type { Sample, SampleImage } from "../data/sample.ts";
import type { Candidate, CandidatePicture } from "./stage.ts";

/** Reads and decodes the picture of a sample. @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE */
export type OpenPicture = (image: SampleImage) => Promise<CandidatePicture>;

/** Makes candidates of samples, and learns from the scorers whether their pictures are wanted. */
export class CandidateSource {
  readonly #open: OpenPicture;
  #isPictureWanted = false;

  constructor(open: OpenPicture) {
    this.#open = open;
  }

  /** A candidate whose picture is opened once, when it is first asked for. */
  candidate(sample: Sample): Candidate {
    let opened: Promise<CandidatePicture> | undefined;
    return {
      key: sample.key,
      sample,
      picture: () => {
        this.#isPictureWanted = true;
        return (opened ??= this.#open(sample.image));
      },
    };
  }

  /**
   * A candidate whose picture is under way already, if scorers have asked for pictures so far: decoding then goes on while others are
   * scored. Resolves when the picture is there, or is known to be unreadable.
   */
  async readAhead(sample: Sample): Promise<Candidate> {
    const candidate = this.candidate(sample);
    if (this.#isPictureWanted) await pictureOf(candidate);
    return candidate;
  }
}

/** The picture of a candidate, or the error that says why there is none. Only errors of the picture are caught. */
export async function pictureOf(candidate: Candidate): Promise<CandidatePicture | FoveaError> {
  try {
    return await candidate.picture();
  } catch (error) {
    if (error instanceof FoveaError) return error;
    throw error;
  }
}
