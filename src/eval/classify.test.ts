import { describe, expect, test } from "vitest";
import { classify, embedLabels, type ClassifyingEmbedder } from "./classify.ts";

// Pictures are named by their direction; "a photo of" turns a label's vector by a right angle.
const vectors: Readonly<Record<string, readonly [number, number]>> = {
  east: [1, 0],
  north: [0, 1],
  northeast: [Math.SQRT1_2, Math.SQRT1_2],
  "a photo of east": [0, 1],
  "a photo of north": [-1, 0],
};
const embed = (names: readonly unknown[]): Promise<Float32Array> =>
  Promise.resolve(Float32Array.from(names.flatMap((name) => vectors[String(name)]!)));
const embedder = (family: "clip" | "siglip"): ClassifyingEmbedder => ({
  family,
  width: 2,
  logitScale: Math.log(9),
  logitBias: family === "siglip" ? -Math.log(9) : 0,
  embedImages: embed,
  embedTexts: embed,
});

describe("classify", () => {
  test("CLIP's probabilities are a softmax over the labels, the best label first", async () => {
    const [first, second] = await classify(embedder("clip"), ["north", "northeast"], ["east", "north"], ["{}"]);
    expect(first!.map(({ label }) => label)).toEqual(["north", "east"]);
    // Similarities 1 and 0, times ln 9: weights 9 and 1.
    expect(first!.map(({ probability }) => probability)).toEqual([expect.closeTo(0.9), expect.closeTo(0.1)]);
    expect(first!.map(({ similarity }) => similarity)).toEqual([1, 0]);
    expect(second!.map(({ probability }) => probability)).toEqual([expect.closeTo(0.5), expect.closeTo(0.5)]);
  });

  test("SigLIP's are one for each label by itself", async () => {
    const [found] = await classify(embedder("siglip"), ["east"], ["east", "north"], ["{}"]);
    // Logits ln 9 - ln 9 = 0 and -ln 9.
    expect(found!.map(({ probability }) => probability)).toEqual([expect.closeTo(0.5), expect.closeTo(0.1)]);
  });

  test("refuses to choose among no labels", async () => {
    await expect(classify(embedder("clip"), ["east"], [])).rejects.toMatchObject({
      code: "LABELS_MISSING",
      message: 'classify: there are no labels\n  mend: give some, e.g. --labels "a cat,a dog"',
    });
  });
});

test("a label's embedding is the mean direction of its sentences", async () => {
  const classes = await embedLabels(embedder("clip"), ["east", "north"], ["{}", "a photo of {}"]);
  const half = expect.closeTo(Math.SQRT1_2);
  expect(Array.from(classes)).toEqual([half, half, expect.closeTo(-Math.SQRT1_2), half]);
});
