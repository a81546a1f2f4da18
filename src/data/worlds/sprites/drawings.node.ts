import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { normalCode } from "../../emoji/concepts.ts";
import { emojiStyles, type EmojiStyle } from "../../emoji/corpus.ts";
import { IconCharsFile, IconSetFile, iconSvg } from "../../emoji/icon-set.ts";
import { packageFolder, packages, readJson } from "../../emoji/sources.node.ts";
import { emojiNouns } from "../nouns.ts";
import { personCode, roles, variants } from "../people.ts";
import { drawingName } from "./atlas.ts";
import { characters, glyphSvg, penNames } from "./glyphs.ts";
import { materialNames, shapeNames, shapeSvg } from "./shapes.ts";

/** A drawing that is still to be rendered. */
export interface Drawing {
  readonly name: string;
  /** SVG, WebP or PNG. */
  readonly read: () => Uint8Array;
  /** Whether transparent borders belong to it, as to a letter's cell. */
  readonly isCell?: boolean;
}

const encode = (svg: string): Uint8Array => new TextEncoder().encode(svg);

/** Every vendor's drawing of every noun. @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED */
export function emojiDrawings(side: number): Drawing[] {
  const wanted = (style: EmojiStyle) =>
    emojiNouns.map(({ name, code }) => [drawingName.emoji(name, style), code] as const);
  return emojiStyles.flatMap((style) => vendorDrawings(style, wanted(style), side));
}

/** Every vendor's drawings of people. @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED */
export function peopleDrawings(side: number): Drawing[] {
  const wanted = (style: EmojiStyle) =>
    roles.flatMap((role) =>
      variants.map(
        ([gender, tone]) =>
          [drawingName.person(role.name, gender, tone, style), personCode(role, gender, tone)] as const,
      ),
    );
  return emojiStyles.flatMap((style) => vendorDrawings(style, wanted(style), side));
}

/** Shapes of every material. */
export const shapeDrawings = (side: number): Drawing[] =>
  shapeNames.flatMap((shape) =>
    materialNames.map((material) => ({
      name: drawingName.shape(shape, material),
      read: () => encode(shapeSvg(shape, material, side)),
    })),
  );

/** Characters in every pen. */
export const glyphDrawings = (height: number): Drawing[] =>
  characters.flatMap((character) =>
    penNames.map((pen) => ({
      name: drawingName.glyph(character, pen),
      read: () => encode(glyphSvg(character, pen, height)),
      isCell: true,
    })),
  );

/** Those of the wanted drawings, given by name and code points, that the vendor has. */
function vendorDrawings(
  style: EmojiStyle,
  wanted: readonly (readonly [name: string, code: string])[],
  side: number,
): Drawing[] {
  const folder = packageFolder(packages[style]);
  const find = style === "fluent-3d" ? rasterFiles(folder) : vectorFiles(folder, side);
  return wanted.flatMap(([name, code]) => {
    const read = find(code);
    return read === undefined ? [] : [{ name, read }];
  });
}

function vectorFiles(folder: string, side: number): (code: string) => (() => Uint8Array) | undefined {
  const set = readJson(join(folder, "icons.json"), IconSetFile);
  const chars = readJson(join(folder, "chars.json"), IconCharsFile);
  const byCode = new Map(Object.entries(chars).map(([code, name]) => [normalCode(code), name]));
  return (code) => {
    const name = byCode.get(code);
    const svg = name === undefined ? undefined : iconSvg(set, name, side);
    return svg === undefined ? undefined : () => encode(svg);
  };
}

function rasterFiles(folder: string): (code: string) => (() => Uint8Array) | undefined {
  const assets = join(folder, "assets");
  const byCode = new Map(readdirSync(assets).map((name) => [normalCode(basename(name, ".webp")), join(assets, name)]));
  return (code) => {
    const path = byCode.get(code);
    return path === undefined ? undefined : () => readFileSync(path);
  };
}
