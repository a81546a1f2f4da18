import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "#platform";
import type { RgbImage } from "../platform/platform.ts";

/** A square picture with so many stripes. @param side pixels */
export function stripes(count: number, side: number): RgbImage {
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const column = Math.floor(i / 3) % side;
    return Math.floor((column * (2 * count + 1)) / side) % 2 === 0 ? 20 * (i % 3) : 255 - 15 * count;
  });
  return { data, width: side, height: side };
}

/** Makes a folder of 12 pictures with stripes and captions: the first four are of 100 pixels, the others of 220. */
export async function writeStripes(folder: string): Promise<void> {
  await mkdir(folder);
  for (let i = 0; i < 12; i++) {
    await writeFile(join(folder, `${i + 10}.png`), await platform.encodePng(stripes(i, i < 4 ? 100 : 220)));
    await writeFile(join(folder, `${i + 10}.txt`), `a picture of a cat with ${i} bright stripes on it`);
  }
}
