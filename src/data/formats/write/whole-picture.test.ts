import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pictureFile, readAll, streamOf } from "../../../testing/read-data.ts";
import type { Sample } from "../../sample.ts";
import { writeData } from "../write-data.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-write-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("pictures that are cut off are left out, whatever is written", () => {
  test.each(["cat.jpg", "dog.png", "nested/fish.webp"])("%s", async (name) => {
    const whole = await pictureFile(name);
    const sample = (key: string, image: Uint8Array): Sample => ({
      key,
      image,
      captions: [{ text: "x" }],
      metadata: {},
    });
    const withTail = new Uint8Array([...whole, 0, 1, 2]); // what stands behind a picture harms nobody
    const given = [
      ...[0.5, 0.9].map((share) => sample(`cut ${share}`, whole.slice(0, share * whole.length))),
      sample("without the last byte", whole.slice(0, -1)),
      sample("whole", whole),
      sample("with a tail", withTail),
    ];
    const place = await mkdtemp(join(folder, "cut-"));
    for (const to of ["a", "a.csv", "a.tar", "a.parquet"]) {
      const drops: string[] = [];
      const onDrop = (key: string, why: string): void => void drops.push(`${key} ${why}`);
      expect(await writeData(streamOf(given), join(place, to), { onDrop })).toBe(2);
      expect(drops).toEqual(given.slice(0, 3).map(({ key }) => `${key} IMAGE_NOT_DECODABLE`));
      const found: unknown[] = [];
      for (const { image } of (await readAll(join(place, to))).samples)
        found.push("read" in image ? await image.read() : image);
      expect(found).toEqual([whole, withTail]);
    }
  });
});
