import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import sharp from "sharp";
import { IconSetFile, iconSvg } from "../data/emoji/icon-set.ts";
import { clipSide, type CaptionedPictures } from "./browser-clip.ts";

/** The first `count` pictures of Noto's emoji whose names are short, with their names. */
export async function emojiPictures(count: number): Promise<CaptionedPictures> {
  const path = createRequire(import.meta.url).resolve("@iconify-json/noto/icons.json");
  const set = IconSetFile.parse(JSON.parse(readFileSync(path, "utf8")));
  const names = Object.keys(set.icons)
    .filter((name) => name.length < 16)
    .slice(0, count);
  const rendered = names.map(async (name) => {
    const svg = Buffer.from(iconSvg(set, name, clipSide)!);
    return await sharp(svg).flatten({ background: "white" }).toColourspace("srgb").raw().toBuffer();
  });
  const pixels = new Uint8Array(count * 3 * clipSide ** 2);
  for (const [index, interleaved] of (await Promise.all(rendered)).entries())
    for (let i = 0; i < clipSide ** 2; i++)
      for (let channel = 0; channel < 3; channel++)
        pixels[(index * 3 + channel) * clipSide ** 2 + i] = interleaved[i * 3 + channel]!;
  return { pixels, captions: names.map((name) => name.replaceAll("-", " ")) };
}
