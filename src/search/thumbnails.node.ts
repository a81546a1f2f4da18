import sharp from "sharp";
import { platform } from "#platform";
import type { SampleImage } from "../data/sample.ts";
import type { IndexedPicture } from "./index-format.ts";
import { openSource } from "./index-source.node.ts";
import type { PictureIndex } from "./picture-index.node.ts";

/** Pixels of a thumbnail's longer side, twice of what is shown, for sharp displays. */
const side = 400;

/**
 * Small WebP pictures of an index' pictures as data addresses, by key; those that cannot be read are left out. Pictures without files of
 * their own are looked for by reading their data set from its start.
 */
export async function thumbnailsOf(
  index: PictureIndex,
  pictures: readonly IndexedPicture[],
): Promise<ReadonlyMap<string, string>> {
  const thumbnails = new Map<string, string>();
  const add = async (key: string, image: SampleImage): Promise<void> => {
    const thumbnail = await thumbnailOf(image).catch(() => undefined);
    if (thumbnail !== undefined) thumbnails.set(key, thumbnail);
  };
  const inside = new Set<string>();
  for (const picture of pictures) {
    const file = index.fileOf(picture);
    if (file === undefined) inside.add(picture.key);
    else if (!thumbnails.has(picture.key)) await add(picture.key, { read: () => platform.readBytes(file) });
  }
  if (inside.size === 0) return thumbnails;
  const source = await openSource(index.source, { onDrop: () => {} });
  for await (const { key, image } of source.pictures()) {
    if (inside.delete(key)) await add(key, image);
    if (inside.size === 0) break;
  }
  return thumbnails;
}

async function thumbnailOf(image: SampleImage): Promise<string> {
  const opened =
    !(image instanceof Uint8Array) && "data" in image
      ? sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
      : sharp(image instanceof Uint8Array ? image : await image.read(), { autoOrient: true });
  const bytes = await opened
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString("base64")}`;
}
