import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLabelled } from "./labelled.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-labelled-"));
  await mkdir(join(folder, "sea_lion/more"), { recursive: true });
  await mkdir(join(folder, "dog"));
  for (const name of ["sea_lion/more/b.svg", "sea_lion/a.JPG", "sea_lion/notes.txt", "dog/c.heic", "dog/d.png"])
    await writeFile(join(folder, name), "");
});
afterAll(() => rm(folder, { recursive: true }));

test("a folder of classes: pictures of every kind that is read, and the names of the others", async () => {
  const [found, dropped]: [string[], string[]] = [[], []];
  const onDrop = (key: string, reason: string): void => void dropped.push(`${key} ${reason}`);
  for await (const { key, label } of openLabelled(folder, { onDrop })) found.push(`${key}: ${label}`);
  expect(found).toEqual(["dog/d.png: dog", "sea_lion/a.JPG: sea lion", "sea_lion/more/b.svg: sea lion"]);
  expect(dropped).toEqual([`${join(folder, "dog/c.heic")} IMAGE_FORMAT_UNKNOWN`]);
});

test("a table: labels, and pictures below the folder that is named", async () => {
  const table = join(folder, "labels.csv");
  await writeFile(table, "path,label\nd.png,dog\ne.png,\n");
  const dropped: string[] = [];
  const onDrop = (key: string, reason: string): void => void dropped.push(`${key} ${reason}`);
  await writeFile(join(folder, "dog/d.png"), "D");
  const found: string[] = [];
  for await (const { label, image } of openLabelled(table, { onDrop, images: join(folder, "dog") }))
    found.push(`${label} ${new TextDecoder().decode(await image.read())}`);
  expect(found).toEqual(["dog D"]);
  expect(dropped).toEqual(["e.png LABEL_MISSING"]);
});
