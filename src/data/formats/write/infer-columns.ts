import type { ParquetType } from "../parquet/schema.ts";
import { extraName, type SampleRecord } from "../sample-record.ts";

/** The types of what a record says in lists. */
const structuredTypes: Readonly<Record<string, ParquetType>> = {
  captions: { list: { struct: { text: "string", language: "string", provenance: "string" } } },
  boxes: {
    list: {
      struct: {
        label: "string",
        x: "double",
        y: "double",
        width: "double",
        height: "double",
        polygons: { list: { list: "double" } },
        mask: { struct: { width: "int", height: "int", counts: { list: "int" } } },
        isCrowd: "bool",
      },
    },
  },
  conversations: { list: { struct: { from: "string", value: "string" } } },
};

/** The columns for what these records say: texts, numbers and booleans that are of one type throughout, and the lists of samples. */
export function inferColumns(records: readonly SampleRecord[]): Record<string, ParquetType> {
  const types = new Map<string, ParquetType | undefined>();
  for (const record of records)
    for (const [name, value] of Object.entries(record)) {
      if (value === null || value === undefined) continue;
      const type = structuredTypes[name] ?? scalarType(value);
      types.set(name, types.has(name) ? common(types.get(name), type) : type);
    }
  return Object.fromEntries([...types].flatMap(([name, type]) => (type === undefined ? [] : [[name, type]])));
}

/** A row of these columns: what does not fit one goes as JSON into `extra`. */
export function rowFor(record: SampleRecord, columns: Readonly<Record<string, ParquetType>>): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) (fits(value, columns[name]) ? row : rest)[name] = value;
  return Object.keys(rest).length === 0 ? row : { ...row, [extraName]: JSON.stringify(rest) };
}

function scalarType(value: unknown): ParquetType | undefined {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "int" : "double";
  return undefined;
}

function common(a: ParquetType | undefined, b: ParquetType | undefined): ParquetType | undefined {
  if (a === b) return a;
  const areNumbers = (a === "int" || a === "double") && (b === "int" || b === "double");
  return areNumbers ? "double" : undefined;
}

function fits(value: unknown, type: ParquetType | undefined): boolean {
  if (type === undefined) return false;
  if (typeof type !== "string") return true; // lists of samples, which have one form
  const own = scalarType(value);
  return own === type || (own === "int" && type === "double");
}
