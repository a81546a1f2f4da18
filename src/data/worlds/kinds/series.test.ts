import { describe, expect, test } from "vitest";
import { blockAtlas } from "../../../testing/world-atlas.ts";
import type { Sample } from "../../sample.ts";
import { attributeNames } from "../attributes.ts";
import { isBackground, paintBackground } from "../background.ts";
import type { WorldMetadata } from "../samples.ts";
import { parseWorldSpec } from "../spec.ts";
import { World } from "../world.ts";
import { factors, type Factor } from "./series.ts";

const side = 64;
const atlas = blockAtlas();

/** Series of one factor, as a world makes them. */
function seriesOf(factor: Factor): Sample[][] {
  const world = new World(parseWorldSpec({ kinds: { series: 1 }, factors: [factor], side }), atlas);
  return Array.from({ length: 20 }, (_, index) => world.item(index));
}

/** What there is to say of a step: the background, and each fact of its one thing. The place is where the thing's centre is, within a pixel. */
function factsOf({ metadata }: Sample): Record<string, unknown> {
  const { scene, membership } = metadata as unknown as WorldMetadata;
  const [thing, ...others] = scene!.objects;
  expect([others, thing!.visible, scene!.overlaps]).toEqual([[], 1, []]);
  const { x, y, width, height } = thing!.box;
  const about = thing!.attributes;
  return {
    value: membership!.value,
    background: scene!.background,
    noun: thing!.noun,
    place: [x + width / 2, y + height / 2],
    extent: [width, height],
    ...Object.fromEntries(attributeNames.map((name) => [name, about[name]])),
  };
}

const isSame = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) ? a.every((value, i) => Math.abs(value - b[i]) <= 1) : a === b;

/** The facts in which two steps differ. */
function differences(a: Sample, b: Sample): string[] {
  const [one, other] = [factsOf(a), factsOf(b)];
  return Object.keys(one).filter((name) => name !== "value" && !isSame(one[name], other[name]));
}

const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as [T, T]));

describe.each(factors)("a series of %s", (factor) => {
  const all = seriesOf(factor);
  /** What a factor moves besides itself: a larger or turned thing covers other pixels. */
  const follows = factor === "size" || factor === "rotation" ? ["extent"] : [];

  test("differs in this fact alone, and in the value that its name says", () => {
    for (const series of all) {
      expect(series.length).toBeGreaterThanOrEqual(2);
      expect(new Set(series.map((sample) => factsOf(sample)["value"])).size).toBe(series.length);
      for (const [a, b] of pairsOf(series)) {
        const found = differences(a, b).filter((name) => !follows.includes(name));
        expect(found).toEqual([factor]);
      }
      const named = factor === "place" ? [] : series.map(factsOf); // places have their names in numbers
      expect(named.filter((facts) => facts[factor] !== facts["value"])).toEqual([]);
    }
  });

  test("differs in the pixels of the factor alone", () => {
    for (const [a, b] of all.flatMap(pairsOf)) {
      const [one, other] = [pixelsOf(a), pixelsOf(b)];
      const differs = Array.from({ length: side * side }, (_, at) =>
        [0, 1, 2].some((c) => one[at * 3 + c] !== other[at * 3 + c]),
      );
      expect(differs).toContain(true);
      const things = [nearTo(a, 1), nearTo(b, 1)];
      const kept = factor === "background" ? nearTo(a, -1) : things[0]!.map((isNear, at) => !isNear && !things[1]![at]);
      expect(kept).toContain(true);
      expect(differs.filter((isOther, at) => isOther && kept[at])).toEqual([]);
    }
  });

  test("beside the thing there is the background and nothing else", () => {
    for (const sample of all.flat()) {
      const name = String(factsOf(sample)["background"]);
      const plain = paintBackground(isBackground(name) ? name : "white", side).data;
      const [pixels, near] = [pixelsOf(sample), nearTo(sample, 1)];
      const strange = near.filter(
        (isNear, at) => !isNear && [0, 1, 2].some((c) => pixels[at * 3 + c] !== plain[at * 3 + c]),
      );
      expect(strange).toEqual([]);
    }
  });
});

function pixelsOf({ image }: Sample): Uint8Array {
  if (!("data" in image)) throw new Error("not decoded");
  return image.data;
}

/** For each pixel whether it is of the sample's thing or within so many pixels of its box; with -1 whether it is well within. */
function nearTo({ boxes }: Sample, reach: number): boolean[] {
  const { x, y, width, height } = boxes![0]!;
  return Array.from({ length: side * side }, (_, at) => {
    const [column, row] = [at % side, Math.floor(at / side)];
    return column >= x - reach && column < x + width + reach && row >= y - reach && row < y + height + reach;
  });
}
