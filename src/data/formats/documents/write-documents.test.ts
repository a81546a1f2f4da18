import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { InterleavedDocument } from "../../sample.ts";
import { ParquetWriter } from "../parquet/write-parquet.node.ts";
import { openDocuments, type OpenDocumentsOptions } from "./open-documents.node.ts";
import { writeDocuments } from "./write-documents.node.ts";
import { streamOf } from "../../../testing/read-data.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-documents-"));
});
afterAll(() => rm(folder, { recursive: true }));

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2]);

async function readAll(path: string, options: Partial<OpenDocumentsOptions> = {}) {
  const [documents, drops]: [InterleavedDocument[], string[]] = [[], []];
  const onDrop = (key: string, why: string): void => void drops.push(`${key} ${why}`);
  for await (const document of openDocuments(path, { onDrop, ...options })) documents.push(document);
  return { documents, drops };
}

const documents: InterleavedDocument[] = [
  {
    key: "page 1",
    parts: [
      { kind: "image", url: "http://a.test/1.png", alt: "a logo", image: png },
      { kind: "text", text: "First paragraph." },
      { kind: "text", text: "둘째 문단" },
      { kind: "image", url: "http://a.test/2.png" },
    ],
    metadata: { url: "http://a.test", score: 0.5 },
  },
  { key: "2", parts: [{ kind: "image", image: png }], metadata: {} },
  { key: "3", parts: [{ kind: "text", text: "words alone" }], metadata: { url: "http://b.test" } },
];

test.each(["docs.parquet", "docs.jsonl"])("%s: what is written is read back, in order, with files", async (name) => {
  const path = join(folder, name);
  const onDrop = (key: string, why: string): void => expect.fail(`${key} ${why}`);
  expect(await writeDocuments(streamOf(documents), path, { onDrop })).toBe(3);
  expect(await readAll(path)).toEqual({ documents, drops: [] });
  await expect(writeDocuments(streamOf(documents), path, { onDrop })).rejects.toMatchObject({ code: "DATA_EXISTS" });
  const empty = writeDocuments(streamOf([]), join(folder, `none-${name}`), { onDrop });
  await expect(empty).rejects.toMatchObject({ code: "DATA_EMPTY" });
  expect((await readdir(folder)).filter((file) => file.includes("none"))).toEqual([]);
});

test("OBELICS as published: addresses, and what is known of pictures in JSON", async () => {
  const path = join(folder, "obelics.parquet");
  const columns = {
    images: { list: "string" },
    texts: { list: "string" },
    metadata: "string",
    general_metadata: "string",
  } as const;
  await using writer = await ParquetWriter.create(path, columns);
  await writer.append({
    images: ["http://x.test/a.jpg", null, null],
    texts: [null, "A sentence.", " "],
    metadata: JSON.stringify([{ src: "http://x.test/a.jpg", alt_text: "an apple" }, null, null]),
    general_metadata: JSON.stringify({ url: "http://x.test" }),
  });
  await writer.append({ images: [null], texts: [null], metadata: "not JSON", general_metadata: null });
  await writer.close();
  const { documents: found, drops } = await readAll(path);
  expect(found).toEqual([
    {
      key: "obelics.parquet/1",
      parts: [
        { kind: "image", url: "http://x.test/a.jpg", alt: "an apple" },
        { kind: "text", text: "A sentence." },
      ],
      metadata: { url: "http://x.test" },
    },
  ]);
  expect(drops).toEqual(["obelics.parquet/2 DOCUMENT_EMPTY"]);
});

test("MMC4 as published, packed: pictures stand before their sentence; other lines are named", async () => {
  const line = {
    url: "http://y.test",
    text_list: ["One.", "Two."],
    image_info: [
      { image_name: "b.png", raw_url: "http://y.test/b.png", matched_text_index: 1, matched_sim: 0.3 },
      { image_name: "a.png", raw_url: "http://y.test/a.png", matched_text_index: 0, matched_sim: 0.4 },
    ],
    could_have_url_duplicate: 0,
  };
  const lines = [JSON.stringify(line), '{"text": "of another kind"}', "{"];
  await writeFile(join(folder, "mmc4.jsonl.gz"), gzipSync(lines.join("\n")));
  await writeFile(join(folder, "a.png"), png);
  const { documents: found, drops } = await readAll(join(folder, "mmc4.jsonl.gz"), { images: folder });
  expect(found[0]!.parts.map((part) => (part.kind === "text" ? part.text : part.url))).toEqual([
    "http://y.test/a.png",
    "One.",
    "http://y.test/b.png",
    "Two.",
  ]);
  const [first] = found[0]!.parts;
  const image = first?.kind === "image" ? first.image : undefined;
  expect(image !== undefined && "read" in image && (await image.read())).toEqual(png);
  expect(found[0]!.metadata).toEqual({ url: "http://y.test", could_have_url_duplicate: 0 });
  expect(drops).toEqual(["mmc4.jsonl.gz/2 DOCUMENT_MALFORMED", "mmc4.jsonl.gz: line 3 ROW_MALFORMED"]);
});

test("a broken file among several is dropped; alone it is an error", async () => {
  const place = await mkdtemp(join(folder, "several-"));
  await writeFile(join(place, "0.parquet"), "PAR1 cut off");
  await writeFile(join(place, "1.jsonl"), await readFile(join(folder, "docs.jsonl")));
  const { documents: found, drops } = await readAll(place);
  expect([found.length, drops]).toEqual([3, ["0.parquet SHARD_CORRUPT"]]);
  await expect(readAll(join(place, "0.parquet"))).rejects.toMatchObject({ code: "PARQUET_NOT_READABLE" });
  await expect(readAll(join(folder, "a.png"))).rejects.toMatchObject({ code: "DATA_NOT_RECOGNISED" });
});
