import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import type { EncodedFile } from "../sample.ts";
import { EmojibaseFile, normalCode, readConcepts, type EmojiConcept } from "./concepts.ts";
import { emojiStyles, type EmojiStyle } from "./corpus.ts";
import { IconCharsFile, iconFinder, IconSetFile, iconSvg } from "./icon-set.ts";

/** A drawing that is still to be rendered. */
export interface EmojiDrawing {
  /** Index of the concept. */
  readonly concept: number;
  readonly style: EmojiStyle;
  /** SVG or WebP. */
  readonly file: Uint8Array | EncodedFile;
}

/** The npm packages that hold the drawings of each style, and the texts. */
export const packages: Readonly<Record<EmojiStyle | "texts", string>> = {
  noto: "@iconify-json/noto",
  "fluent-flat": "@iconify-json/fluent-emoji-flat",
  "fluent-3d": "@lobehub/fluent-emoji-3d",
  openmoji: "@iconify-json/openmoji",
  twemoji: "@iconify-json/twemoji",
  texts: "emojibase-data",
};

/**
 * A hash that changes when an installed package's version, `settings` or the way pictures are packed changes.
 * @throws {InputError} PACKAGE_MISSING
 */
export function sourcesHash(settings: Readonly<Record<string, number>>): string {
  const versions = Object.values(packages).map((name) => {
    const { version } = readJson(join(packageFolder(name), "package.json"), z.object({ version: z.string() }));
    return `${name}@${version}`;
  });
  return createHash("sha256")
    .update(JSON.stringify([versions, settings]))
    .digest("hex")
    .slice(0, 16);
}

/**
 * Every concept, and every vendor's drawing of it, from the installed npm packages.
 * @param side pixels at which SVG drawings will be rendered
 * @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED
 */
export function readSources(side: number): { concepts: EmojiConcept[]; drawings: EmojiDrawing[] } {
  const texts = packageFolder(packages.texts);
  const concepts = readConcepts(
    readJson(join(texts, "en/data.json"), EmojibaseFile),
    readJson(join(texts, "ko/data.json"), EmojibaseFile),
  );
  const drawings = emojiStyles.flatMap((style) => {
    const folder = packageFolder(packages[style]);
    const drawingOf = style === "fluent-3d" ? rasterDrawings(folder) : vectorDrawings(folder, side);
    return concepts.flatMap((concept, index): EmojiDrawing[] => {
      const file = drawingOf(concept);
      return file === undefined ? [] : [{ concept: index, style, file }];
    });
  });
  return { concepts, drawings };
}

function vectorDrawings(folder: string, side: number): (concept: EmojiConcept) => Uint8Array | undefined {
  const set = readJson(join(folder, "icons.json"), IconSetFile);
  const find = iconFinder(set, readJson(join(folder, "chars.json"), IconCharsFile));
  return ({ code, label }) => {
    const name = find(code, label.en);
    const svg = name === undefined ? undefined : iconSvg(set, name, side);
    return svg === undefined ? undefined : new TextEncoder().encode(svg);
  };
}

/** Fluent 3D is a folder of 256-pixel WebP files named by code points. */
function rasterDrawings(folder: string): (concept: EmojiConcept) => EncodedFile | undefined {
  const assets = join(folder, "assets");
  const byCode = new Map(readdirSync(assets).map((name) => [normalCode(basename(name, ".webp")), join(assets, name)]));
  return ({ code }) => {
    const path = byCode.get(code);
    return path === undefined ? undefined : { read: async () => readFileSync(path) };
  };
}

/** Folder of an installed package. @throws {InputError} PACKAGE_MISSING */
export function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new InputError("PACKAGE_MISSING", name, "the package is not installed", `run "npm install ${name}"`, {
      cause,
    });
  }
}

/** Reads and checks a JSON file of a package. @throws {InputError} PACKAGE_MALFORMED */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new InputError("PACKAGE_MALFORMED", path, found, "install the package again", { cause });
  }
}
