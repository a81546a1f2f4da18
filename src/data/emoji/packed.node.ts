import { mkdtemp, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EmojiIndexFile, type EmojiCorpus } from "./corpus.ts";

const indexName = "index.json";
const pixelsName = "pixels.u8";

/** Reads a packed corpus; `undefined` if the folder is missing or damaged, so that the caller makes it anew. */
export async function readPacked(folder: string): Promise<EmojiCorpus | undefined> {
  try {
    const index = EmojiIndexFile.parse(JSON.parse(await readFile(join(folder, indexName), "utf8")));
    const pixels = await readFile(join(folder, pixelsName));
    if (pixels.length !== index.pictures.length * index.side ** 2 * 3) return undefined;
    return { ...index, pixels: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length) };
  } catch {
    return undefined;
  }
}

/** Writes a packed corpus under a temporary name and renames it, so that a reader finds all of it or nothing. */
export async function writePacked(folder: string, { pixels, ...index }: EmojiCorpus): Promise<void> {
  const temporary = await mkdtemp(join(dirname(folder), ".packing-"));
  try {
    await writeAndFlush(join(temporary, pixelsName), pixels);
    await writeAndFlush(join(temporary, indexName), JSON.stringify(index));
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeAndFlush(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
