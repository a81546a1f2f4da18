import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataFixtures, pictureFile, readAll } from "../../testing/read-data.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-formats-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("LLaVA: conversations, with and without captions; pictures in a folder of their own", async () => {
  const path = join(folder, "llava.json");
  const turns = [
    { from: "human", value: "<image>\nWhat is it?" },
    { from: "gpt", value: "A dog." },
  ];
  const rows = [
    { id: "1", image: "dog.png", conversations: turns },
    { id: "2", conversations: turns },
    { id: "3", image: "cat.jpg", conversations: [{ from: "alien", value: "?" }] },
  ];
  await writeFile(path, JSON.stringify(rows));
  const images = join(dataFixtures, "pictures");
  const { samples, drops } = await readAll(path, { keepUncaptioned: true, images });
  expect(drops).toEqual(["llava.json: row 2 IMAGE_MISSING"]);
  expect(samples[0]).toMatchObject({
    key: "dog.png",
    captions: [],
    conversation: [
      { role: "user", text: "<image>\nWhat is it?" },
      { role: "assistant", text: "A dog." },
    ],
    metadata: { id: "1" },
  });
  expect("read" in samples[0]!.image && (await samples[0]!.image.read())).toEqual(await pictureFile("dog.png"));
  expect(samples[1]!.conversation).toBeUndefined();
  expect(samples[1]!.metadata["conversations"]).toEqual([{ from: "alien", value: "?" }]);
  expect((await readAll(path)).drops).toEqual([
    "dog.png CAPTION_MISSING",
    "llava.json: row 2 IMAGE_MISSING",
    "cat.jpg CAPTION_MISSING",
  ]);
});
