import { expect, test } from "vitest";
import { InputError, type FoveaError } from "../../platform/error.ts";
import type { Sample } from "../../data/sample.ts";
import type { Captioner } from "./captioner.ts";
import { captionSamples, type CaptionSamplesOptions } from "./caption-samples.ts";

async function* samples(count: number): AsyncGenerator<Sample> {
  for (let i = 0; i < count; i++)
    yield { key: `s${i}`, image: Uint8Array.of(i), captions: [{ text: `alt ${i}` }], metadata: { i } };
}
const captioner = (caption: (i: number, count: number) => Promise<string[]>): Captioner => ({
  name: "tiny-vlm",
  concurrency: 3,
  caption: (image, count) => caption(image instanceof Uint8Array ? image[0]! : -1, count),
});
async function captioned(count: number, by: Captioner, options?: CaptionSamplesOptions): Promise<Sample[]> {
  const all: Sample[] = [];
  for await (const sample of captionSamples(samples(count), by, options)) all.push(sample);
  return all;
}
const failure = (code: string): FoveaError => new InputError(code, "here", "found", "mend");

test("adds captions behind those that are there, in the samples' order, with provenance, equal ones once", async () => {
  const slowFirst = captioner(async (i, count) => {
    await new Promise((resolve) => setTimeout(resolve, 20 - 5 * i));
    return Array.from({ length: count }, (_, n) => `model ${i} ${n % 2}`);
  });
  expect(await captioned(3, slowFirst, { count: 3 })).toEqual(
    [0, 1, 2].map((i) => ({
      key: `s${i}`,
      image: Uint8Array.of(i),
      captions: [
        { text: `alt ${i}` },
        { text: `model ${i} 0`, provenance: "synthetic:tiny-vlm" },
        { text: `model ${i} 1`, provenance: "synthetic:tiny-vlm" },
      ],
      metadata: { i },
    })),
  );
});

test("what an earlier run got is not asked for again; what is new is told", async () => {
  const asked: number[] = [];
  const told: string[] = [];
  const by = captioner(async (i) => {
    asked.push(i);
    return [`new ${i}`];
  });
  const known = new Map([["s1", ["old 1"]]]);
  const all = await captioned(3, by, { known, onCaptioned: (key, [text]) => void told.push(`${key}: ${text}`) });
  expect(all.map(({ captions }) => captions[1]!.text)).toEqual(["new 0", "old 1", "new 2"]);
  expect([asked.toSorted((a, b) => a - b), told.toSorted()]).toEqual([
    [0, 2],
    ["s0: new 0", "s2: new 2"],
  ]);
});

test("a picture without a caption goes on with what it has, and is told", async () => {
  const failures: string[] = [];
  const by = captioner(async (i) => {
    if (i % 2 === 1) throw failure(i === 1 ? "CAPTION_DECLINED" : "CAPTIONER_REJECTED");
    return ["fine"];
  });
  const all = await captioned(4, by, { onFailure: (key, { code }) => failures.push(`${key} ${code}`) });
  expect(all.map(({ captions }) => captions.length)).toEqual([2, 1, 2, 1]);
  expect(failures).toEqual(["s1 CAPTION_DECLINED", "s3 CAPTIONER_REJECTED"]);
});

test("ends where every picture would fail: the key is wrong, or the server is gone", async () => {
  const wrong = captioner(() => Promise.reject(failure("CAPTIONER_REFUSED")));
  await expect(captioned(3, wrong)).rejects.toMatchObject({ code: "CAPTIONER_REFUSED" });
  const gone = captioner(() => Promise.reject(failure("CAPTIONER_UNREACHABLE")));
  expect(await captioned(7, gone)).toHaveLength(7);
  await expect(captioned(8, gone)).rejects.toMatchObject({ code: "CAPTIONER_UNREACHABLE" });
  await expect(
    captioned(
      3,
      captioner(() => Promise.reject(new Error("a bug"))),
    ),
  ).rejects.toThrow("a bug");
});
