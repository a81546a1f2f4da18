import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { ImagePart, OnDrop } from "../../data/sample.ts";
import { pictureAt, readRows } from "../../data/formats/table.node.ts";
import { sentencesOf, type TextWithPictures } from "./align-document.ts";

const TextRow = z.looseObject({
  key: z.string().optional(),
  text: z.string().optional(),
  sentences: z.array(z.string()).optional(),
  images: z.array(z.string()),
});

/** Whether a file is a table of texts with pictures, and not of web pages: its first line says. */
export async function isTextTable(path: string): Promise<boolean> {
  if (!/\.jsonl(\.gz)?$/i.test(path)) return false;
  for await (const row of readRows(path, () => {})) return "images" in row && !("html" in row);
  return false;
}

/** Reads JSONL with `text` or `sentences`, and `images`: paths, relative to the file. Other fields become metadata. */
export async function* readTexts(
  path: string,
  language: string | undefined,
  onDrop: OnDrop,
): AsyncGenerator<TextWithPictures> {
  let line = 0;
  for await (const record of readRows(path, onDrop)) {
    line++;
    const row = TextRow.safeParse(record);
    const key = row.data?.key ?? String(line);
    if (!row.success || (row.data.text === undefined && row.data.sentences === undefined)) {
      onDrop(key, "ROW_MALFORMED");
      continue;
    }
    const { text = "", sentences = sentencesOf(text, language), images, key: _, text: __, ...metadata } = row.data;
    const pictures = images.map((image): ImagePart => ({
      kind: "image",
      image: pictureAt(resolve(dirname(path), image)),
      url: image,
    }));
    yield { key, sentences, pictures, metadata };
  }
}
