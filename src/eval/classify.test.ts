import { describe, expect, test } from "vitest";
import { classify, classifyStream, embedLabels, type ClassifyingEmbedder } from "./classify.ts";

// Pictures are named by their direction; "a photo of" turns a label's vector by a right angle.
const vectors: Readonly<Record<string, readonly [number, number]>> = {
  east: [1, 0],
  north: [0, 1],
  northeast: [Math.SQRT1_2, Math.SQRT1_2],
  "a photo of east": [0, 1],
  "a photo of north": [-1, 0],
};
const vectorOf = (name: unknown): Float32Array => {
  const vector = vectors[String(name)];
  if (vector === undefined) throw new Error(`there is no ${String(name)}`);
  return Float32Array.from(vector);
};
const embedder = (family: "clip" | "siglip"): ClassifyingEmbedder => ({
  family,
  width: 2,
  logitScale: Math.log(9),
  logitBias: family === "siglip" ? -Math.log(9) : 0,
  async *embedStream(items, imageOf, onFailure) {
    for await (const item of items) {
      try {
        yield { item, embedding: vectorOf(await imageOf(item)) };
      } catch (error) {
        onFailure(item, error);
      }
    }
  },
  embedTexts: (texts) => Promise.resolve(Float32Array.from(texts.flatMap((text) => [...vectorOf(text)]))),
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

  test("a label that is given twice counts once", async () => {
    const [found] = await classify(embedder("clip"), ["north"], ["east", "north", "east"], ["{}"]);
    expect(found!.map(({ label, probability }) => [label, probability])).toEqual([
      ["north", expect.closeTo(0.9)],
      ["east", expect.closeTo(0.1)],
    ]);
  });

  test("a picture that cannot be read stops it, but not a stream that is told what to do then", async () => {
    const images = ["north", "nowhere", "east"];
    await expect(classify(embedder("clip"), images, ["east"], ["{}"])).rejects.toThrow("there is no nowhere");
    const [read, failed]: [string[], string[]] = [[], []];
    const onFailure = (image: string, error: unknown): void => void failed.push(`${image}: ${String(error)}`);
    const stream = classifyStream(embedder("clip"), images, ["east", "north"], { templates: ["{}"], onFailure });
    for await (const { image, labels } of stream) read.push(`${image}: ${labels[0]!.label}`);
    expect(read).toEqual(["north: north", "east: east"]);
    expect(failed).toEqual(["nowhere: Error: there is no nowhere"]);
  });

  test("refuses a template that has no place for the label", async () => {
    await expect(classify(embedder("clip"), ["east"], ["east"], ["a photo"])).rejects.toMatchObject({
      code: "TEMPLATE_WITHOUT_LABEL",
      message:
        'the template "a photo": it has no {} for the label to stand in\n  mend: put {} where the label belongs, e.g. --template "a photo of {}"',
    });
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
