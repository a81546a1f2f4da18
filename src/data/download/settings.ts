import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import { optOutSignals } from "./opt-out.ts";
import { resizeModes } from "./resize-plan.ts";

/** What a download writes: tar shards, a folder for each shard, or Parquet with the pictures in it. */
export const outputFormats = ["webdataset", "files", "parquet"] as const;

/** File formats that pictures can be kept in; `original` keeps the bytes as they came, and needs `resize: "no"`. */
export const pictureEncodings = ["jpeg", "webp", "png", "original"] as const;

/** What to do with duplicates: keep them, take each address once, or take each address and each file once (the list's first). */
export const duplicateRules = ["keep", "url", "content"] as const;

const atLeast = (least: number, unset: number): z.ZodDefault<z.ZodInt> => z.int().min(least).default(unset);

/** Settings that decide what a download's result is. They are kept beside it: it can go on only with the same ones. */
export const DownloadSettings = z.strictObject({
  /** What is written. */
  output: z.enum(outputFormats).default("webdataset"),
  /** Columns of the list; the usual names if absent. */
  urlColumn: z.string().optional(),
  captionColumn: z.string().optional(),
  /** Column of MD5, SHA-1 or SHA-256 in hex, which files must have; not checked if absent. */
  hashColumn: z.string().optional(),
  rowsPerShard: atLeast(1, 10_000),
  resize: z.enum(resizeModes).default("keep_ratio"),
  /** Pixels of the side that `resize` names. */
  size: atLeast(1, 256),
  encoding: z.enum(pictureEncodings).default("jpeg"),
  /** Of JPEG and WebP. */
  quality: z.int().min(1).max(100).default(95),
  /** Pixels of the shorter side. */
  minSide: atLeast(1, 1),
  /** Longer side by shorter side. */
  maxAspect: z.number().min(1).default(1000),
  /** Width by height; judged from the picture's head, before it is decoded. */
  maxPixels: atLeast(1, 2 ** 27),
  /** Of a file as sent and as unpacked. */
  maxBytes: atLeast(1, 50_000_000),
  maxRedirects: atLeast(0, 5),
  /** Milliseconds for the whole of an attempt: name, connection, redirects, body. */
  timeout: atLeast(1, 10_000),
  /** Further attempts after one that failed for a reason that may pass. */
  retries: atLeast(0, 2),
  duplicates: z.enum(duplicateRules).default("keep"),
  /** Signals by which a publisher reserves a picture, and which are respected; all if absent. */
  optOut: z.array(z.enum(optOutSignals)).readonly().default(optOutSignals),
});

/** Settings that decide what a download's result is, all of them set. */
export type DownloadSettings = z.output<typeof DownloadSettings>;

/** Settings as a caller gives them. */
export type DownloadSettingsInput = z.input<typeof DownloadSettings>;

/** Fills in what is not given. @throws {InputError} DOWNLOAD_SETTING_INVALID */
export function parseSettings(input: DownloadSettingsInput): DownloadSettings {
  const parsed = DownloadSettings.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(issue?.path.join(".") ?? "", issue?.message ?? "");
  }
  const { encoding, resize } = parsed.data;
  if (encoding === "original" && resize !== "no")
    throw invalid("encoding", `pictures cannot stay as they came and be resized (${resize})`);
  return parsed.data;
}

const invalid = (setting: string, found: string): InputError =>
  new InputError("DOWNLOAD_SETTING_INVALID", setting, found, "give another value for this setting");
