import type { SchemaElement } from "hyparquet";

/** What a column holds. Every value may also be `null`. `int` is a whole number of up to 53 bits, stored in 64. */
export type ParquetType =
  | "string"
  | "bytes"
  | "bool"
  | "int"
  | "double"
  | "float"
  | "float16"
  | { readonly list: ParquetType }
  | { readonly struct: Readonly<Record<string, ParquetType>> };

/** The columns of a file, in order. */
export type ParquetColumns = Readonly<Record<string, ParquetType>>;

/** A row by column name; absent is `null`. */
export type ParquetRow = Readonly<Record<string, unknown>>;

/** Physical and logical types, as other readers expect them. */
const leaves = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  bytes: { type: "BYTE_ARRAY" },
  bool: { type: "BOOLEAN" },
  int: { type: "INT64" },
  double: { type: "DOUBLE" },
  float: { type: "FLOAT" },
  float16: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } },
} as const satisfies Record<Extract<ParquetType, string>, Partial<SchemaElement>>;

/** The schema tree in depth-first order, as a Parquet footer has it. */
export const schemaOf = (columns: ParquetColumns): SchemaElement[] => [
  { name: "root", num_children: Object.keys(columns).length },
  ...Object.entries(columns).flatMap(([name, type]) => elementsOf(name, type)),
];

function elementsOf(name: string, type: ParquetType): SchemaElement[] {
  const optional = { name, repetition_type: "OPTIONAL" } as const;
  if (typeof type === "string") return [{ ...optional, ...leaves[type] }];
  if ("list" in type)
    return [
      { ...optional, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...elementsOf("element", type.list), // the names that Arrow gives
    ];
  const fields = Object.entries(type.struct);
  return [
    { ...optional, num_children: fields.length },
    ...fields.flatMap(([field, inner]) => elementsOf(field, inner)),
  ];
}

/** Whether a column holds pictures or vectors, which neither a dictionary nor compression makes smaller. */
export function isDense(type: ParquetType): boolean {
  if (typeof type === "string") return type === "bytes" || type === "float" || type === "float16";
  return "list" in type ? isDense(type.list) : Object.values(type.struct).some(isDense);
}

/**
 * A value in the form that the encoder takes: 64-bit numbers as bigint, typed arrays as arrays.
 * @throws {TypeError} if the value is not of the type
 */
export function encodable(value: unknown, type: ParquetType): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof type !== "string") {
    if ("list" in type) {
      if (!isList(value)) throw mismatch(value, "a list");
      return Array.from(value, (item) => encodable(item, type.list));
    }
    if (typeof value !== "object") throw mismatch(value, "an object");
    const fields = new Map(Object.entries(value));
    return Object.fromEntries(
      Object.entries(type.struct).map(([field, inner]) => [field, encodable(fields.get(field), inner)]),
    );
  }
  if (!isLeaf[type](value)) throw mismatch(value, type);
  return type === "int" ? BigInt(Number(value)) : value;
}

const isNumber = (value: unknown): boolean => typeof value === "number";

const isLeaf: Record<Extract<ParquetType, string>, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  bytes: (value) => value instanceof Uint8Array,
  bool: (value) => typeof value === "boolean",
  int: (value) => Number.isSafeInteger(value),
  double: isNumber,
  float: isNumber,
  float16: isNumber,
};

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

const mismatch = (value: unknown, expected: string): TypeError =>
  new TypeError(`${JSON.stringify(value)?.slice(0, 80) ?? String(value)} is not ${expected}`);
