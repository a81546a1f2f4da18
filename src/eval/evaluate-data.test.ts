import { describe, expect, test } from "vitest";
import type { Sample } from "../data/sample.ts";
import { key } from "../engine/random.ts";
import { InputError } from "../platform/error.ts";
import type { Embedder } from "./embedder.ts";
import { evaluateRetrieval, evaluateZeroShot } from "./evaluate-data.ts";
import type { ScoreTable } from "./scores.ts";
import { streamOf } from "../testing/read-data.ts";

// A picture's single byte is its place on a circle in steps of 45 degrees; so is the number that a text begins with.
const onCircle = (step: number): Float32Array =>
  Float32Array.of(Math.cos((step * Math.PI) / 4), Math.sin((step * Math.PI) / 4));
const embedder: Pick<Embedder, "width" | "embedTexts" | "embedStream"> = {
  width: 2,
  embedTexts: (texts) =>
    Promise.resolve(Float32Array.from(texts.flatMap((text) => [...onCircle(Number.parseInt(text, 10))]))),
  async *embedStream(items, imageOf, onFailure) {
    for await (const item of items) {
      const image = await imageOf(item);
      if (image instanceof Uint8Array && image.length > 0) yield { item, embedding: onCircle(image[0]!) };
      else onFailure(item, new InputError("IMAGE_NOT_DECODABLE", "test", "it is empty", "none"));
    }
  },
};

const value = (table: ScoreTable, task: string, metric: string): number | undefined =>
  table.find((row) => row.task === task && row.metric === metric)?.value;

const options = { split: "circle", key: key(1) };

describe("retrieval", () => {
  const sample = (name: string, image: Sample["image"], ...captions: string[]): Sample => ({
    key: name,
    image,
    captions: captions.map((text) => ({ text })),
    metadata: {},
  });

  test("scores each way, leaves out what cannot be read, and says so", async () => {
    const dropped: string[] = [];
    const samples = [
      sample("a", Uint8Array.of(0), "0 north"),
      sample("b", { read: () => Promise.resolve(Uint8Array.of(2)) }, "2 east", "3 beside it"),
      sample("broken", new Uint8Array(), "1 nothing"),
      sample("c", Uint8Array.of(4), "2 east"), // wrong: nearest is b, which has that caption too, then c ties with a
    ];
    const table = await evaluateRetrieval(embedder, streamOf(samples), {
      ...options,
      onDrop: (name, reason) => dropped.push(`${name} ${reason}`),
    });
    expect(dropped).toEqual(["broken IMAGE_NOT_DECODABLE"]);
    // Texts "0 north" -> a; "2 east" -> b or c; "3 beside it" -> b, which ties with c: against the model.
    expect(value(table, "text-to-image", "R@1")).toBeCloseTo(2 / 3);
    // Pictures a -> "0 north"; b -> "2 east"; c: nearest is "3 beside it", not its own.
    expect(value(table, "image-to-text", "R@1")).toBeCloseTo(2 / 3);
    expect(table.every(({ split, n }) => split === "circle" && n === 3)).toBe(true);
  });

  test("needs two pictures", async () => {
    await expect(
      evaluateRetrieval(embedder, streamOf([sample("a", Uint8Array.of(0), "0")]), { ...options, onDrop: () => {} }),
    ).rejects.toMatchObject({
      code: "DATA_TOO_SMALL",
      message: "circle: pictures with captions: 1\n  mend: give two or more",
    });
  });
});

describe("zero-shot", () => {
  const picture = (at: number, label: string) => ({
    key: `${at} ${label}`,
    image: { read: () => Promise.resolve(Uint8Array.of(at)) },
    label,
  });

  test("classifies into the labels that occur", async () => {
    const pictures = [picture(0, "0"), picture(1, "0"), picture(4, "4"), picture(1, "4")];
    const table = await evaluateZeroShot(embedder, streamOf(pictures), ["{}"], { ...options, onDrop: () => {} });
    expect(value(table, "zero-shot", "top-1")).toBe(0.75);
    expect(value(table, "zero-shot", "mean per-class recall")).toBe(0.75);
    expect(table[0]).toMatchObject({ chance: 0.5, n: 4, baseline: { name: "commonest class", value: 0.5 } });
  });

  test("needs two classes", async () => {
    await expect(
      evaluateZeroShot(embedder, streamOf([picture(0, "0")]), ["{}"], { ...options, onDrop: () => {} }),
    ).rejects.toMatchObject({
      code: "DATA_TOO_SMALL",
      message: "circle: pictures: 1, classes: 1\n  mend: give pictures of two or more classes",
    });
  });
});
