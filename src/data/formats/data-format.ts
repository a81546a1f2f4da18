/** The forms in which samples are written. */
export const dataFormats = [
  "folder",
  "csv",
  "tsv",
  "jsonl",
  "llava",
  "coco",
  "webdataset",
  "parquet",
  "img2dataset",
] as const;

/** One of {@link dataFormats}: `parquet` is Hugging Face's layout, `img2dataset` that tool's Parquet. */
export type DataFormat = (typeof dataFormats)[number];

/** The form that a path's ending asks for. */
export function formatOf(path: string): DataFormat {
  const ending = /\.(csv|tsv|jsonl|json|tar|parquet)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === "csv" || ending === "tsv" || ending === "jsonl" || ending === "parquet") return ending;
  return ending === "json" ? "llava" : ending === "tar" ? "webdataset" : "folder";
}

/** Whether the form is a table, which has the pictures in a folder beside it. */
export const isTable = (format: DataFormat): format is "csv" | "tsv" | "jsonl" | "llava" =>
  format === "csv" || format === "tsv" || format === "jsonl" || format === "llava";

/**
 * Where a data set of this form goes: the path, with the form's ending if it is a table and the path has another one or none, for readers
 * know tables by their endings.
 */
export const destinationOf = (path: string, format: DataFormat = formatOf(path)): string =>
  isTable(format) && formatOf(path) !== format
    ? `${path.replace(/[/\\]+$/, "")}.${format === "llava" ? "json" : format}`
    : path;
