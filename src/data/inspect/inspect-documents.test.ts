import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeDocuments } from "../formats/documents/write-documents.node.ts";
import type { InterleavedDocument } from "../sample.ts";
import { inspectDocuments, isOfDocuments } from "./inspect-documents.node.ts";

const pictures = new URL("../../../fixtures/data/pictures/", import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-inspect-documents-"));
});
afterAll(() => rm(folder, { recursive: true }));

const text = (words: string) => ({ kind: "text", text: words }) as const;

async function* documents(): AsyncGenerator<InterleavedDocument> {
  const dog = new Uint8Array(await readFile(join(pictures, "dog.png")));
  const cat = new Uint8Array(await readFile(join(pictures, "cat.jpg")));
  yield {
    key: "dogs",
    parts: [
      text("The dog runs on the beach."),
      { kind: "image", image: dog, url: "http://a/dog.png", alt: "a dog" },
      text("Read more"),
      { kind: "image", image: new Uint8Array([1, 2]), url: "http://a/broken.png" },
    ],
    metadata: { site: "a" },
  };
  yield {
    key: "cats",
    parts: [
      { kind: "image", url: "http://b/cat.png" },
      { kind: "image", image: cat },
      text("고양이가 의자에 앉아 있다"),
    ],
    metadata: { site: "b", quality: 0.5 },
  };
  yield { key: "long", parts: Array.from({ length: 14 }, () => text("Read more")), metadata: { language: "fr" } };
}

test("counts, pictures of a document, lengths, languages, examples, in the layout of OBELICS", async () => {
  const path = join(folder, "documents.parquet");
  await writeDocuments(documents(), path, { onDrop: (key) => expect.fail(key) });
  expect(await isOfDocuments(path)).toBe(true);
  const found = await inspectDocuments(path);
  expect(found).toMatchObject({
    source: path,
    documents: 3,
    pictures: 4,
    addresses: 1,
    withAlt: 1,
    texts: 17,
    withoutPicture: 1,
    withoutText: 0,
    drops: [],
    unreadable: [{ reason: "IMAGE_NOT_DECODABLE", count: 1, examples: ["dogs: part 4"] }],
    formats: { png: 1, jpeg: 1 },
    languages: { fr: 1 },
    guessedLanguages: { en: 1, ko: 1 },
    metadata: { site: 2 / 3, quality: 1 / 3, language: 1 / 3 },
    picturesEach: { count: 3, min: 0, median: 2, max: 2 },
    textsEach: { min: 1, median: 2, max: 14 },
    wordsEach: { min: 4, median: 8, max: 28 },
    words: { count: 17, min: 2, max: 6 },
    width: { count: 2 },
    repeated: [{ text: "Read more", count: 15 }],
    repeatedExactly: true,
  });
  const dogs = found.examples.find(({ key }) => key === "dogs")!;
  expect(dogs).toMatchObject({
    more: 0,
    parts: [{ kind: "text" }, { kind: "image", alt: "a dog", width: 48 }, {}, {}],
  });
  expect(dogs.parts[1]).toHaveProperty("thumbnail");
  expect(dogs.parts[3]).not.toHaveProperty("thumbnail");
  expect(found.examples.find(({ key }) => key === "long")).toMatchObject({ more: 2 });
  expect((await inspectDocuments(path, { limit: 1, examples: 0 })).documents).toBe(1);
});

test("MMC4, its damaged lines, and what is no set of documents", async () => {
  const path = join(folder, "lines.jsonl");
  const line = {
    text_list: ["A red flower.", "It grows."],
    image_info: [{ image_name: "a.png", matched_text_index: 1 }],
  };
  await writeFile(path, `${JSON.stringify(line)}\n{broken\n{"text_list":3}\n`);
  expect(await isOfDocuments(path)).toBe(true);
  expect(await inspectDocuments(path)).toMatchObject({
    documents: 1,
    pictures: 1,
    addresses: 1,
    guessedLanguages: { en: 1 },
    drops: [
      { reason: "ROW_MALFORMED", count: 1 },
      { reason: "DOCUMENT_MALFORMED", count: 1 },
    ],
  });
  const pairs = join(folder, "pairs.jsonl");
  await writeFile(pairs, '{"path":"a.png","caption":"a"}\n');
  for (const other of [pairs, pictures, join(folder, "nowhere.parquet"), "https://localhost:1/x.parquet"])
    expect([other, await isOfDocuments(other)]).toEqual([other, false]);
});
