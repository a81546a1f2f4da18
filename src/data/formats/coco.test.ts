import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pictureFile, readAll } from "../../testing/read-data.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-formats-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("COCO", () => {
  const images = [
    { id: 7, file_name: "dog.png", width: 48, height: 48, license: 1 },
    { id: 2, file_name: "cat.jpg", width: 48, height: 48 },
    { id: 3, file_name: "owl.jpg", width: 48, height: 48 },
  ];
  const captions = [
    { id: 1, image_id: 2, caption: "a cat " },
    { id: 2, image_id: 7, caption: "a dog" },
    { id: 3, image_id: 2, caption: "a cat's face" },
    { id: 4, image_id: 99, caption: "of nothing" },
    { id: 5, caption: "without image" },
  ];
  const instances = [
    {
      id: 1,
      image_id: 7,
      category_id: 18,
      bbox: [1, 2, 3, 4],
      area: 6,
      iscrowd: 0,
      segmentation: [[1, 2, 4, 2, 4, 6]],
    },
    {
      id: 2,
      image_id: 7,
      category_id: 90,
      bbox: [0, 0, 8, 9],
      iscrowd: 1,
      segmentation: { size: [9, 8], counts: [6, 1, 65] },
    },
    { id: 3, image_id: 3, category_id: 18, bbox: [5, 5, 5, 5], segmentation: { size: [48, 48], counts: "3mW2" } },
  ];

  test("captions and instances of a split, pictures in the folder of its name, masks of both kinds", async () => {
    const coco = join(folder, "coco");
    await mkdir(join(coco, "annotations"), { recursive: true });
    await mkdir(join(coco, "val2017"));
    for (const { file_name } of images) await writeFile(join(coco, "val2017", file_name), await pictureFile(file_name));
    const put = (name: string, content: unknown): Promise<void> =>
      writeFile(join(coco, "annotations", name), JSON.stringify(content));
    await put("captions_val2017.json", { info: { year: 2017 }, images, licenses: [], annotations: captions });
    await put("instances_val2017.json", { images, annotations: instances, categories: [{ id: 18, name: "dog" }] });
    const { samples, drops } = await readAll(coco);
    expect(drops).toEqual([
      expect.stringMatching(/^captions_val2017.json: annotations, byte \d+ ANNOTATION_MALFORMED$/),
      "owl.jpg CAPTION_MISSING",
      "captions_val2017.json: image 99 IMAGE_MISSING",
    ]);
    const [dog, cat] = samples;
    expect(dog).toMatchObject({ key: "dog.png", captions: [{ text: "a dog" }], metadata: { id: 7, license: 1 } });
    expect(dog!.boxes).toEqual([
      { label: "dog", x: 1, y: 2, width: 3, height: 4, polygons: [[1, 2, 4, 2, 4, 6]] },
      {
        label: "90",
        x: 0,
        y: 0,
        width: 8,
        height: 9,
        mask: { width: 8, height: 9, counts: [6, 1, 65] },
        isCrowd: true,
      },
    ]);
    expect(cat).toMatchObject({ captions: [{ text: "a cat" }, { text: "a cat's face" }] });
    expect("read" in cat!.image && (await cat!.image.read())).toEqual(await pictureFile("cat.jpg"));

    const boxesAlone = await readAll(join(coco, "annotations/instances_val2017.json"), { keepUncaptioned: true });
    expect(boxesAlone.samples.map(({ key, boxes = [] }) => [key, boxes.length])).toEqual([
      ["dog.png", 2],
      ["cat.jpg", 0],
      ["owl.jpg", 1],
    ]);
    expect(boxesAlone.samples[2]!.boxes![0]!.mask).toEqual({ width: 48, height: 48, counts: [3, 2301] });
  });

  test("a file that is cut off is an error that says where", async () => {
    const path = join(folder, "cut.json");
    await writeFile(path, JSON.stringify({ images, annotations: captions }).slice(0, 200));
    await expect(readAll(path)).rejects.toMatchObject({
      code: "COCO_NOT_READABLE",
      message: `${path}: the JSON ends at byte 200, inside a list or object\n  mend: fetch or write the file again`,
    });
  });
});
