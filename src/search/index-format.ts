import * as z from "zod";

/** A picture of an index, and by what it is known to be unchanged. */
export interface IndexedPicture {
  /** Names it within its data set. */
  readonly key: string;
  /** Its file, from the data's folder on with `/`, or absolute; `null` if it has none of its own (shards, Parquet). */
  readonly path: string | null;
  /** Its captions, one a line; empty if it has none. */
  readonly caption: string;
  /** Bytes of its file; `null` if it came decoded. */
  readonly bytes: number | null;
  /** When its file was last changed, milliseconds since 1970; `null` if it has none. */
  readonly modified: number | null;
  /** Pixels, as it is shown: after turning it as its EXIF data says. */
  readonly width: number | null;
  readonly height: number | null;
  /** When it was taken, by its EXIF data, else when its file was changed; milliseconds since 1970. */
  readonly date: number | null;
  /** Hash of its bytes: a picture that moved keeps its vector. */
  readonly digest: string;
  /** Whatever else the data says of it, as a JSON object. */
  readonly metadata: string;
}

/** Element type in which an index keeps its vectors; float16 takes half the room and is exact to about 0.0005. */
export type IndexDType = "float32" | "float16";

/** File names within an index, which is a folder. */
export const manifestName = "index.json";

/** Name of the index that a folder has of itself; of a file `data.csv` it is `data.csv.fovea-index`. */
export const indexName = ".fovea-index";

const rowNumber = z.int().nonnegative();

/** A file of an index: rows of pictures with their vectors. */
const PartEntry = z.object({
  file: z.string().regex(/^part-[\w-]+\.parquet$/),
  rows: rowNumber,
  /** Rows that no longer count: their pictures are gone, or stand in a later part as they are now. */
  gone: z.array(rowNumber),
});

/** A file that the data was read from, and by what it is known to be unchanged. */
const SourceFile = z.object({ path: z.string(), size: z.number(), modified: z.number() });

/** `index.json`: what an index holds. It is replaced in one step, and files that it does not name do not count. */
export const Manifest = z.object({
  format: z.literal("fovea-index-2"),
  /** The model as it was named, and the mark of its weights: vectors of other weights mean other things. */
  model: z.string(),
  fingerprint: z.string(),
  width: z.int().positive(),
  dtype: z.enum(["float16", "float32"]),
  /** What was indexed: a path, from the index' folder on if it is relative, or a URL. */
  source: z.string(),
  /** The folder from which on pictures' files are named, as `source`. */
  base: z.string(),
  /** Whether the last run saw all of the source. */
  complete: z.boolean(),
  /** Files of a source whose pictures have none of their own. */
  sourceFiles: z.array(SourceFile),
  parts: z.array(PartEntry),
  /** The approximate index, if there is one, and the parts whose rows it holds, in order. */
  graph: z.object({ file: z.string().regex(/^graph-[\w-]+\.usearch$/), parts: z.array(z.string()) }).optional(),
});

/** What an index holds, as `index.json` says. */
export type Manifest = z.infer<typeof Manifest>;
/** A file of an index. */
export type PartEntry = z.infer<typeof PartEntry>;
/** A file that the data was read from. */
export type SourceFile = z.infer<typeof SourceFile>;
