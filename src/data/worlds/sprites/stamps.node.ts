import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../platform/error.ts";
import { emojiNouns } from "../nouns.ts";
import { drawingName } from "./atlas.ts";
import type { Drawing } from "./drawings.node.ts";

/** Where Debian's `tuxpaint-stamps-default` puts its pictures, many of them photos cut out. */
export const defaultStamps = "/usr/share/tuxpaint/stamps";

/**
 * The stamps whose English text is the name of a noun, with or without an article: one more style in which that noun is drawn.
 * @throws {InputError} STAMPS_MISSING
 */
export function stampDrawings(folder: string): Drawing[] {
  const nouns = new Set(emojiNouns.map(({ name }) => name));
  const seen = new Map<string, number>();
  return listing(folder).flatMap((path) => {
    const picture = [".png", ".svg"].map((ending) => join(folder, path.replace(/\.txt$/, ending))).find(existsSync);
    const [text = ""] = readFileSync(join(folder, path), "utf8").split("\n", 1);
    const noun = text.trim().toLowerCase().replace(/^an? /, "").replace(/[.!]$/, "");
    if (picture === undefined || !nouns.has(noun)) return [];
    const number = seen.get(noun) ?? 0;
    seen.set(noun, number + 1);
    return [{ name: drawingName.stamp(noun, number), read: () => readFileSync(picture) }];
  });
}

/** Changes when stamps are added or removed. @throws {InputError} STAMPS_MISSING */
export const stampsVersion = (folder: string): string => listing(folder).join("\n");

/** Paths of the stamps' texts in the folder, letters and coins left out. */
function listing(folder: string): string[] {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return paths.filter((path) => path.endsWith(".txt") && !path.startsWith("symbols")).sort();
  } catch (cause) {
    const mend = "install Debian's package tuxpaint-stamps-default, or leave the stamps out of the spec's styles";
    throw new InputError("STAMPS_MISSING", folder, "there is no such folder", mend, { cause });
  }
}
