import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { picture, writeTestIndex } from "../testing/index-fixture.ts";
import { MetadataFilter } from "./metadata-filter.node.ts";

const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
let folder: string;
let filter: MetadataFilter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-filter-"));
  await writeFile(join(folder, "secret.csv"), "word\nsesame\n");
  const vectors = Float32Array.of(1, 0, 0, 1);
  const data = [
    { price: "12", code: "007", sold: "true", added: "2024-05-01", width: "wide" },
    { price: "3.5", code: "12", sold: "false", added: "2023-01-31", tags: ["red", "round"] },
    { price: "", code: "9", maker: "O'Neil", odd: { inner: 5 } },
    {},
  ].map((record) => JSON.stringify(record));
  const index = await writeTestIndex(join(folder, "it's an index"), {
    width: 2,
    of: [
      {
        pictures: [
          picture("a", { caption: "a red dog", width: 640, height: 480, date: day("2024-03-01"), metadata: data[0]! }),
          picture("b", { caption: "a cat", width: 100, height: 200, date: day("2020-03-01"), metadata: data[1]! }),
        ],
        vectors,
      },
      { pictures: [picture("c", { metadata: data[2]! }), picture("d", { metadata: data[3]! })], vectors },
    ],
  });
  filter = await MetadataFilter.open(index);
});
afterAll(async () => {
  filter[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

test.each([
  ["width > 200", [0]],
  ["caption LIKE '%cat%' OR key = 'd'", [1, 3]],
  ["date >= '2024-01-01'", [0]],
  ["price < 10", [1]],
  ["price IS NULL", [2, 3]],
  ["code = '007'", [0]],
  ["sold", [0]],
  ["added BETWEEN '2023-01-01' AND '2023-12-31'", [1]],
  ["maker = 'O''Neil'", [2]],
  ["metadata->>'width' = 'wide'", [0]],
  ["(metadata->'odd'->>'inner') = '5'", [2]],
  ["tags LIKE '%round%' -- a remark", [1]],
  ["false", []],
])("%s", async (where, rows) => {
  expect([...(await filter.rows(where))].sort((a, b) => a - b)).toEqual(rows);
});

test("columns have the types that fit their values", () => {
  expect(Object.fromEntries(filter.columns)).toMatchObject({
    price: "DOUBLE",
    code: "VARCHAR",
    sold: "BOOLEAN",
    added: "TIMESTAMP",
    maker: "VARCHAR",
    tags: "VARCHAR",
    key: "VARCHAR",
    width: "BIGINT",
    date: "TIMESTAMP",
  });
});

describe("a condition cannot do harm", () => {
  const inside = (name: string): string => join(folder, name);

  test.each([
    ["read a file", () => `EXISTS (SELECT * FROM read_csv('${inside("secret.csv")}'))`],
    ["read a file by name", () => `EXISTS (FROM '${inside("secret.csv")}')`],
    ["list a folder", () => `key IN (SELECT file FROM glob('${inside("*")}'))`],
    ["ask for settings", () => "EXISTS (SELECT * FROM duckdb_settings())"],
    ["end the statement and write", () => `true); COPY pictures TO '${inside("out.csv")}'; SELECT (1`],
    ["attach a database", () => `true); ATTACH '${inside("out.db")}'; SELECT (true`],
    ["drop the table", () => "true); DROP TABLE pictures; SELECT (true"],
    ["unlock the settings", () => "true); SET lock_configuration = false; SELECT (true"],
    ["add rows by a union", () => "true) UNION ALL (SELECT 99"],
    ["hide the bracket behind a remark", () => "true) UNION ALL SELECT 99 --"],
  ])("%s", async (_, where) => {
    await expect(filter.rows(where())).rejects.toMatchObject({ code: "WHERE_INVALID" });
    expect([existsSync(inside("out.csv")), existsSync(inside("out.db"))]).toEqual([false, false]);
    expect((await filter.rows("true")).size).toBe(4);
  });

  test("and an unknown column is told with those that there are", async () => {
    await expect(filter.rows("wdth > 3")).rejects.toMatchObject({
      code: "WHERE_INVALID",
      message: expect.stringMatching(
        /--where "wdth > 3": .*"wdth" not found.*\n {2}mend: .*width \(BIGINT\).*price \(DOUBLE\)/,
      ),
    });
  });
});
