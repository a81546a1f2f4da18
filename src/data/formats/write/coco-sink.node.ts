import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Box } from "../../sample.ts";
import { AtomicFile } from "../atomic-file.node.ts";
import { areaOf } from "../coco.ts";
import { recordOf } from "../sample-record.ts";
import { PictureFolder } from "./picture-folder.node.ts";
import type { SampleSink } from "./sample-sink.ts";

/**
 * COCO in a folder: `images`, `annotations/captions.json`, and `annotations/instances.json` if there are boxes. Images and annotations are
 * numbered anew; the number that an image had becomes `source_id`. Lists are collected in files, for a data set may be larger than memory.
 *
 * @param folder is there and empty
 */
export async function cocoSink(folder: string): Promise<SampleSink> {
  const annotations = join(folder, "annotations");
  await mkdir(annotations);
  const pictures = new PictureFolder(join(folder, "images"));
  const images = await ListFile.create(join(annotations, "images"));
  const captions = await ListFile.create(join(annotations, "captions"));
  const instances = await ListFile.create(join(annotations, "instances"));
  const categories = new Map<string, number>();
  const category = (label: string): number => {
    const id = categories.get(label) ?? categories.size + 1;
    categories.set(label, id);
    return id;
  };
  return {
    async write(sample, index) {
      const id = index + 1;
      const { width, height } = sample.pictures[0];
      const { captions: _, boxes: __, metadata, ...rest } = sample;
      const { id: source_id, ...others } = metadata;
      const record = recordOf({ ...rest, captions: [], metadata: others }, (name) => name === "file_name");
      await images.add({
        ...record,
        ...(source_id !== undefined && { source_id }),
        id,
        key: sample.key,
        file_name: await pictures.write(sample.pictures[0], index),
        width,
        height,
      });
      for (const { text, ...about } of sample.captions)
        await captions.add({ id: captions.length + 1, image_id: id, caption: text, ...about });
      for (const box of sample.boxes ?? [])
        await instances.add({
          id: instances.length + 1,
          image_id: id,
          category_id: category(box.label),
          bbox: [box.x, box.y, box.width, box.height],
          area: areaOf(box),
          segmentation: segmentationOf(box),
          iscrowd: box.isCrowd ? 1 : 0,
        });
    },
    async close() {
      const lists = [images, captions, instances];
      for (const list of lists) await list.finish();
      const names = [...categories].map(([name, id]) => ({ id, name }));
      await compose(join(annotations, "captions.json"), { images: images.path, annotations: captions.path });
      if (instances.length > 0)
        await compose(
          join(annotations, "instances.json"),
          { images: images.path, annotations: instances.path },
          `, "categories": ${JSON.stringify(names)}`,
        );
      for (const list of lists) await rm(list.path);
    },
    async [Symbol.asyncDispose]() {
      for (const list of [images, captions, instances]) await list[Symbol.asyncDispose]();
    },
  };
}

/**
 * Outlines, a mask, or an empty list where a box is all that is known: box evaluation and drawing of pycocotools, torchvision and Detectron2
 * take that for a box without a mask. pycocotools' `annToMask` fails on it, as it must: there is no mask. The box as outline, or a mask of
 * no pixel, would be evaluated and trained on as the thing's shape; without the field, `showAnns` fails and torchvision's lists are not
 * in step.
 */
const segmentationOf = ({ polygons = [], mask }: Box): unknown =>
  mask === undefined ? polygons : { size: [mask.height, mask.width], counts: mask.counts };

/** A JSON list in a file of its own. */
class ListFile {
  readonly path: string;
  readonly #file: AtomicFile;
  #length = 0;

  private constructor(path: string, file: AtomicFile) {
    this.path = path;
    this.#file = file;
  }

  static async create(name: string): Promise<ListFile> {
    const path = `${name}.part`;
    return new ListFile(path, await AtomicFile.create(path));
  }

  get length(): number {
    return this.#length;
  }

  async add(item: unknown): Promise<void> {
    await this.#file.write((this.#length++ === 0 ? "[\n" : ",\n") + JSON.stringify(item));
  }

  async finish(): Promise<void> {
    await this.#file.write(this.#length === 0 ? "[]" : "\n]");
    await this.#file.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}

/** Writes an object whose fields are lists that stand in files. */
async function compose(path: string, lists: Readonly<Record<string, string>>, rest = ""): Promise<void> {
  await using file = await AtomicFile.create(path);
  let separator = "{";
  for (const [name, list] of Object.entries(lists)) {
    await file.write(`${separator}"${name}": `);
    for await (const chunk of createReadStream(list)) if (chunk instanceof Uint8Array) await file.write(chunk);
    separator = ", ";
  }
  await file.write(`${rest}}\n`);
  await file.commit();
}
