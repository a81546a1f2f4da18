import type { RowOutcome, PlannedRow } from "./download-row.node.ts";
import type { ParquetColumns } from "../formats/parquet/schema.ts";
import { pictureFormat } from "./picture-format.ts";

/** Columns of the table of rows. Those that img2dataset has too have its names. */
export const rowColumns = {
  key: "string",
  url: "string",
  caption: "string",
  status: "string",
  error_message: "string",
  attempts: "int",
  http_status: "int",
  content_type: "string",
  bytes: "int",
  sha256: "string",
  width: "int",
  height: "int",
  original_width: "int",
  original_height: "int",
  /** The list's other columns, as JSON. */
  metadata: "string",
} as const satisfies ParquetColumns;

/** What there is to say of a row, by {@link rowColumns}. */
export function rowRecord(key: string, row: PlannedRow, outcome: RowOutcome): Record<keyof typeof rowColumns, unknown> {
  const { status, detail, attempts, httpStatus, contentType, picture } = outcome;
  return {
    key,
    url: row.url,
    caption: row.caption ?? null,
    status,
    error_message: detail ?? null,
    attempts,
    http_status: httpStatus ?? null,
    content_type: contentType ?? null,
    bytes: picture?.bytes ?? null,
    sha256: picture?.sha256 ?? null,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    original_width: picture?.original.width ?? null,
    original_height: picture?.original.height ?? null,
    metadata: Object.keys(row.metadata).length === 0 ? null : JSON.stringify(row.metadata),
  };
}

/** What stands beside a picture as JSON: the list's other columns, then what was found; the latter wins. */
export function sideCar(key: string, row: PlannedRow, outcome: RowOutcome): Record<string, unknown> {
  const {
    metadata: _,
    content_type: _type,
    attempts: _attempts,
    http_status: _http,
    ...found
  } = rowRecord(key, row, outcome);
  return { ...row.metadata, ...found };
}

/** A row's key: the shard's number and the row's place in it, as img2dataset has them. */
export const rowKey = (shard: string, place: number, rowsPerShard: number): string =>
  `${shard}${String(place).padStart(String(rowsPerShard - 1).length, "0")}`;

/** The usual ending of a picture file's name. */
export function pictureEnding(bytes: Uint8Array): string {
  const format = pictureFormat(bytes) ?? "bin";
  return format === "jpeg" ? "jpg" : format;
}
