import { materials, namesOf, type MaterialName } from "../attributes.ts";
import type { Noun } from "../nouns.ts";
import { pluralOf } from "../nouns.ts";

/** Outlines on a field of 100 x 100. */
const outlines = {
  circle: ["원", `<circle cx="50" cy="50" r="42"/>`],
  square: ["정사각형", `<rect x="11" y="11" width="78" height="78"/>`],
  triangle: ["삼각형", `<path d="M50 10L92 86H8Z"/>`],
  star: ["별", `<path d="M50 6L61.8 38.2L96 39.6L69 60.9L78.6 94L50 75L21.4 94L31 60.9L4 39.6L38.2 38.2Z"/>`],
  heart: [
    "하트",
    `<path d="M50 90C20 66 8 50 8 34C8 20 18 10 30 10C39 10 46 15 50 23C54 15 61 10 70 10C82 10 92 20 92 34C92 50 80 66 50 90Z"/>`,
  ],
  hexagon: ["육각형", `<path d="M27 10H73L96 50L73 90H27L4 50Z"/>`],
  cross: ["십자가", `<path d="M36 8H64V36H92V64H64V92H36V64H8V36H36Z"/>`],
  crescent: ["초승달", `<path d="M66 8A43 43 0 1 0 66 92A48 48 0 0 1 66 8Z"/>`],
} as const satisfies Readonly<Record<string, readonly [korean: string, svg: string]>>;
/** Names of shapes. */
export type ShapeName = keyof typeof outlines;

/** Names of shapes. */
export const shapeNames = namesOf(outlines);

/** Shapes as nouns. */
export const shapeNouns: readonly Noun[] = shapeNames.map((name) => ({
  name,
  plural: pluralOf(name),
  korean: outlines[name][0],
  category: "shape",
}));

/** Materials of shapes. */
export const materialNames = namesOf(materials);

/** Greys stand for shades of the colour in which the shape is painted: 128 is the colour itself. */
const patterns: Readonly<Partial<Record<MaterialName, string>>> = {
  striped: `<pattern id="p" width="24" height="24" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="24" height="24" fill="#808080"/><rect width="11" height="24" fill="#f0f0f0"/></pattern>`,
  spotted: `<pattern id="p" width="26" height="26" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
    <rect width="26" height="26" fill="#808080"/><circle cx="13" cy="13" r="7" fill="#f0f0f0"/></pattern>`,
  checkered: `<pattern id="p" width="28" height="28" patternUnits="userSpaceOnUse"><rect width="28" height="28" fill="#808080"/>
    <rect width="14" height="14" fill="#f0f0f0"/><rect x="14" y="14" width="14" height="14" fill="#f0f0f0"/></pattern>`,
};

/** A shape as an SVG document of `side` x `side` pixels. */
export function shapeSvg(shape: ShapeName, material: MaterialName, side: number): string {
  const pattern = patterns[material] ?? "";
  const paint =
    material === "hollow"
      ? `fill="none" stroke="#808080" stroke-width="13"`
      : `fill="${pattern === "" ? "#808080" : "url(#p)"}" stroke="#808080" stroke-width="5"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="-6 -6 112 112">` +
    `<defs>${pattern}</defs><g ${paint} stroke-linejoin="round">${outlines[shape][1]}</g></svg>`
  );
}
