import type { RgbImage } from "../platform/platform.ts";
import type { Sample } from "../data/sample.ts";

/** A picture of a candidate, read and decoded once, whatever number of scorers ask for it. */
export interface CandidatePicture {
  /** The file as it came. */
  readonly bytes: Uint8Array;
  /** First 128 bits of the file's SHA-256, in hex. */
  readonly digest: string;
  /** Pixels of the picture in its file, not of `rgb`. */
  readonly width: number;
  /** Pixels of the picture in its file, not of `rgb`. */
  readonly height: number;
  /** The picture, reduced to at most 256 pixels on its long side. */
  readonly rgb: RgbImage;
}

/** A pair of picture and texts that is being judged. Scorers and rules that plans name by JSON are declared with `defineStage` (stage-kind.ts). */
export interface Candidate {
  readonly key: string;
  readonly sample: Sample;
  /** Read and decoded at the first call. @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE */
  readonly picture: () => Promise<CandidatePicture>;
}

/** A value in the table of scores; `null` where it could not be had. */
export type Score = number | string | boolean | null;

/** What a scorer finds for one candidate: a value for each of its columns, a vector for each of its vector columns. */
export type ScoreRow = Readonly<Record<string, Score | Float32Array>>;

/** Measures candidates, and decides nothing: its columns are kept, so that thresholds can be moved without measuring again. */
export interface Scorer {
  /** Kebab-case; unique among scorers. */
  readonly id: string;
  /** Raise when a change can change a score: kept scores of another version are measured again. */
  readonly version: string;
  readonly columns: Readonly<Record<string, "number" | "text" | "boolean">>;
  /** Columns of vectors, with their lengths. */
  readonly vectors?: Readonly<Record<string, number>>;
  /** One row for each candidate, in their order. A candidate that cannot be measured gets `null`s; only a failure of the whole run throws. */
  readonly score: (batch: readonly Candidate[]) => Promise<readonly ScoreRow[]>;
}

/** All scores of all candidates, by column. */
export interface ScoreTable {
  readonly rows: number;
  readonly keys: readonly string[];
  /** Numbers and booleans (0 and 1) of a column; NaN for `null`. @throws {InputError} SCORE_MISSING */
  readonly numbers: (column: string) => Float64Array;
  /** @throws {InputError} SCORE_MISSING */
  readonly texts: (column: string) => readonly (string | null)[];
  /** `[rows, length]`; NaN where there is none. @throws {InputError} SCORE_MISSING */
  readonly vectors: (column: string) => { readonly data: Float32Array; readonly length: number };
}

/** Where a rule cuts a column: for the report's histograms. */
export interface Cut {
  readonly column: string;
  /** Values less than this go. */
  readonly below?: number;
  /** Values more than this go. */
  readonly above?: number;
}

/** Whole columns of a table: a value for each of its rows, NaN or `null` where there is none. */
export type SetColumns = Readonly<Record<string, Float64Array | readonly (string | null)[]>>;

/**
 * Measures samples by each other, as a {@link Rule} needs it that must not do so at every judging. What it finds is kept as scores are, and
 * measured again only if the rows that the rule is shown are others.
 */
export interface SetScorer {
  /** Kebab-case. */
  readonly id: string;
  /** Holds all that changes a score: raise it with the code, and name every option in it but the thresholds. */
  readonly version: string;
  readonly columns: Readonly<Record<string, "number" | "text">>;
  /** Scorers whose columns it reads. */
  readonly scorers: readonly Scorer[];
  /** @param alive the rows that the rule is shown */
  readonly score: (table: ScoreTable, alive: Uint32Array) => Promise<SetColumns>;
}

/** Decides from scores alone who goes: as cheap to run again as its thresholds are to move. */
export interface Rule {
  /** Kebab-case; names the stage in the funnel. */
  readonly id: string;
  /** The upper-case reasons that it drops for, each with a sentence for the report. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Scorers whose columns it reads. */
  readonly scorers: readonly Scorer[];
  /** Measure the rows that it is shown, before it judges; it reads their columns as well. */
  readonly setScorers?: readonly SetScorer[];
  /**
   * @param alive rows that are still in, ascending
   * @returns the reason of each row that goes; rows not mentioned stay
   */
  readonly judge: (table: ScoreTable, alive: Uint32Array) => Promise<ReadonlyMap<number, string>>;
  /** A text column with the key of the sample that each dropped one is too much like: the report shows both. */
  readonly like?: string;
  /** Histograms that the report draws; a function where a threshold follows from the scores, as that of the best tenth does. */
  readonly cuts?: readonly Cut[] | ((table: ScoreTable, alive: Uint32Array) => readonly Cut[]);
}
