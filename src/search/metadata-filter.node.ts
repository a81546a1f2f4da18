import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import * as z from "zod";
import { InputError } from "../platform/error.ts";
import { reasonOf } from "../platform/node/files.ts";
import { startsOf, type PictureIndex } from "./picture-index.node.ts";

/** Columns that every index has; a column of the data of the same name is to be had as `metadata->>'NAME'`. */
const ownColumns = ["key", "path", "caption", "bytes", "width", "height", "date", "modified"] as const;

/**
 * An index' pictures as a table in DuckDB, to be asked by conditions in SQL. The conditions come from users, perhaps of a web page: by the
 * time one is read the database can neither read nor write files, and what is not a plain condition is refused.
 */
export class MetadataFilter {
  readonly #connection: DuckDBConnection;
  /** Columns that a condition can name, and their SQL types. */
  readonly columns: ReadonlyMap<string, string>;

  private constructor(connection: DuckDBConnection, columns: ReadonlyMap<string, string>) {
    this.#connection = connection;
    this.columns = columns;
  }

  /** @throws {InputError} DUCKDB_MISSING, INDEX_CORRUPT */
  static async open(index: PictureIndex): Promise<MetadataFilter> {
    const { DuckDBInstance } = await import("@duckdb/node-api").catch((cause: unknown) => {
      throw new InputError(
        "DUCKDB_MISSING",
        "--where",
        `conditions on metadata need DuckDB, which cannot be loaded: ${reasonOf(cause)}`,
        "install it: npm install @duckdb/node-api",
        { cause },
      );
    });
    const instance = await DuckDBInstance.create(":memory:", {
      temp_directory: "", // spills nothing to disk
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
    });
    const connection = await instance.connect();
    try {
      const columns = await fill(connection, index);
      await connection.run("SET enable_external_access = false"); // no way back, once the settings are locked
      await connection.run("SET lock_configuration = true");
      return new MetadataFilter(connection, columns);
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  /**
   * The rows of which a condition is true.
   * @param where what may stand behind WHERE, e.g. `width >= 1024 AND caption LIKE '%dog%'`; no queries within it
   * @throws {InputError} WHERE_INVALID
   */
  async rows(where: string): Promise<ReadonlySet<number>> {
    try {
      // On a line of its own, so that a comment at its end cannot swallow the bracket.
      const sql = `SELECT fovea_row FROM pictures WHERE (\n${where}\n)`;
      await this.#demandCondition(sql);
      const found = await this.#connection.runAndReadAll(sql);
      return new Set(found.getColumns()[0]?.map(Number));
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw this.#invalid(where, reasonOf(cause).replaceAll(/\s*\n\s*/g, " "), cause);
    }
  }

  /** Frees the database. */
  [Symbol.dispose](): void {
    this.#connection.closeSync();
  }

  /** Refuses all but one SELECT from the table, without a query inside: so no table function can be called. */
  async #demandCondition(sql: string): Promise<void> {
    const reply = await this.#connection.runAndReadAll("SELECT json_serialize_sql(?::VARCHAR)", [sql]);
    const parsed = Parsed.parse(JSON.parse(String(reply.getRows()[0]?.[0])));
    if (parsed.error) throw new Error(parsed.error_message ?? "it is not understood");
    const [statement, ...others] = parsed.statements ?? [];
    const node = statement?.node;
    if (
      others.length > 0 ||
      node?.type !== "SELECT_NODE" ||
      node.from_table.type !== "BASE_TABLE" ||
      hasQuery(node.where_clause)
    )
      throw new Error("it is not a plain condition: it holds a query");
  }

  #invalid(where: string, found: string, cause: unknown): InputError {
    const columns = [...this.columns].map(([name, type]) => `${name} (${type})`).join(", ");
    return new InputError(
      "WHERE_INVALID",
      `--where ${JSON.stringify(where)}`,
      found,
      `a condition can name: ${columns}`,
      {
        cause,
      },
    );
  }
}

/** What DuckDB's parser says of a query. */
const Parsed = z.looseObject({
  error: z.boolean(),
  error_message: z.string().optional(),
  statements: z
    .array(
      z.looseObject({
        node: z.looseObject({
          type: z.string(),
          from_table: z.looseObject({ type: z.string() }).default({ type: "" }),
          where_clause: z.unknown().optional(),
        }),
      }),
    )
    .optional(),
});

/** Whether a parsed expression has a query within it. */
function hasQuery(expression: unknown): boolean {
  if (typeof expression !== "object" || expression === null) return false;
  if ("class" in expression && expression.class === "SUBQUERY") return true;
  return Object.values(expression).some(hasQuery);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Makes the table `pictures`. */
async function fill(connection: DuckDBConnection, index: PictureIndex): Promise<ReadonlyMap<string, string>> {
  const starts = startsOf(index.manifest.parts.map(({ rows }) => rows));
  const own = ownColumns.join(", ");
  const parts = index.manifest.parts.map(
    ({ file }, i) =>
      `SELECT ${starts[i]!} + file_row_number AS fovea_row, ${own}, metadata::JSON AS metadata ` +
      `FROM read_parquet(${literal(join(index.path, file))}, file_row_number = true)`,
  );
  await connection.run(`CREATE TABLE raw AS ${parts.join(" UNION ALL ")}`);
  const ofData = (await dataColumns(connection)).map(({ name, value }) => `, ${value} AS ${quoted(name)}`);
  await connection.run(`CREATE TABLE pictures AS SELECT fovea_row, ${own}${ofData.join("")}, metadata FROM raw`);
  await connection.run("DROP TABLE raw");
  const described = await connection.runAndReadAll(
    "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'pictures' AND column_name != 'fovea_row'",
  );
  return new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
}

/** Types that a column of the data may have besides text, the first that fits all its values: a pattern, and the SQL type. */
const types = [
  [String.raw`-?(0|[1-9]\d*)`, "BIGINT"], // 007 is a name
  [String.raw`-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`, "DOUBLE"],
  ["true|false", "BOOLEAN"],
  [String.raw`\d{4}-\d\d-\d\d([T ].*)?`, "TIMESTAMP"],
] as const;

/** Columns of the data that a condition can name: the keys of the JSON objects. A table from CSV has nothing but text, so values decide. */
async function dataColumns(connection: DuckDBConnection): Promise<{ readonly name: string; readonly value: string }[]> {
  const keys = await connection.runAndReadAll(
    "SELECT DISTINCT unnest(json_keys(metadata)) AS name FROM raw ORDER BY name",
  );
  const isTaken = new Set<string>(["fovea_row", "metadata", ...ownColumns]);
  const names = keys.getRows().flatMap(([key]) => {
    const name = String(key);
    const isFree = name !== "" && !name.includes('"') && !isTaken.has(name.toLowerCase());
    isTaken.add(name.toLowerCase()); // SQL tells no case
    return isFree ? [name] : [];
  });
  if (names.length === 0) return [];
  const texts = names.map((name) => `nullif(json_extract_string(metadata, ${literal(`$."${name}"`)}), '')`);
  const fits = texts.flatMap((text) =>
    types.map(
      ([pattern, type]) =>
        `bool_and(${text} IS NULL OR (regexp_full_match(${text}, ${literal(pattern)}) AND try_cast(${text} AS ${type}) IS NOT NULL)) ` +
        `AND count(${text}) > 0`,
    ),
  );
  const [found = []] = (await connection.runAndReadAll(`SELECT ${fits.join(", ")} FROM raw`)).getRows();
  return names.map((name, i) => {
    const fitting = types.find((_, j) => found[i * types.length + j] === true);
    return { name, value: fitting === undefined ? texts[i]! : `try_cast(${texts[i]!} AS ${fitting[1]})` };
  });
}
