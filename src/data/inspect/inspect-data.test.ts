import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectData } from "./inspect-data.node.ts";

const pictures = new URL("../../../fixtures/data/pictures/", import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-inspect-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("counts, sizes, lengths, languages and examples of a folder", async () => {
  const found = await inspectData(pictures);
  expect(found).toMatchObject({
    samples: 7,
    captions: 7,
    withoutCaption: 2,
    boxes: 0,
    drops: [],
    unreadable: [],
    formats: { png: 3, jpeg: 3, webp: 1 },
    guessedLanguages: { en: 6, ko: 1 },
    languages: {},
    words: { count: 7, min: 2, max: 3 },
    repeated: [],
  });
  expect(found.width).toMatchObject({ count: 7, median: 48 });
  const byKey = new Map(found.examples.map((example) => [example.key, example]));
  expect(byKey.size).toBe(7);
  expect(byKey.get("truncated.jpg")).toMatchObject({ captions: ["a horse"] });
  const { width, height, format } = await sharp(byKey.get("nested/fish.webp")!.thumbnail).metadata();
  expect([width, height, format]).toEqual([40, 40, "jpeg"]);
});

test("what the data says goes before guesses; absent pictures, repeated captions and other fields are counted", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    path: i === 3 ? "nowhere.png" : join(pictures, "dog.png"),
    caption: i < 20 ? "the same" : `caption ${i}`,
    ...(i % 2 === 0 && { language: "en" }),
    ...(i < 3 && { score: i }),
  }));
  const path = join(folder, "rows.jsonl");
  await writeFile(path, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n{broken\n`);
  const found = await inspectData(path, { examples: 5 });
  expect(found).toMatchObject({
    samples: 30,
    languages: { en: 15 },
    metadata: { score: 0.1 },
    repeated: [{ text: "the same", count: 20 }],
    repeatedExactly: true,
    drops: [{ reason: "ROW_MALFORMED", count: 1, examples: ["rows.jsonl: line 31"] }],
    unreadable: [{ reason: "FILE_NOT_READABLE", count: 1, examples: ["nowhere.png"] }],
  });
  expect(found.examples).toHaveLength(5);
  expect((await inspectData(path, { limit: 4 })).samples).toBe(4);
});

test("a table whose pictures are all elsewhere is an error that says where they were looked for", async () => {
  const path = join(folder, "elsewhere.csv");
  await writeFile(path, "path,caption\ndog.png,a dog\ncat.jpg,a cat\n");
  await expect(inspectData(path)).rejects.toMatchObject({
    code: "PICTURES_NOT_FOUND",
    message:
      `${path}: none of its 2 pictures can be read; the first was looked for at ${join(folder, "dog.png")}\n` +
      "  mend: check the paths; if a table names files that are elsewhere, give their folder with --images",
  });
  expect(await inspectData(path, { images: pictures })).toMatchObject({ samples: 2, unreadable: [] });
  await writeFile(join(folder, "cat.jpg"), "no picture"); // one is there
  const reasons = (await inspectData(path)).unreadable.map(({ reason }) => reason);
  expect(reasons.sort()).toEqual(["FILE_NOT_READABLE", "IMAGE_NOT_DECODABLE"]);
});
