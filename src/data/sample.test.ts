import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { captionLines, decodeSample } from "./sample.ts";

test("captions are the lines of a text, without blank ones and surrounding space", () => {
  expect(captionLines("one\r\n\n  two three \n\t\n")).toEqual([{ text: "one" }, { text: "two three" }]);
  expect(captionLines(" \n")).toEqual([]);
});

test("a picture decodes from its file, from bytes, and stays as it is when decoded", async () => {
  const bytes = new Uint8Array(await readFile(new URL("../../fixtures/data/pictures/dog.png", import.meta.url)));
  const decoded = await decodeSample(bytes);
  expect(decoded).toMatchObject({ width: 48, height: 48 });
  expect(decoded.data).toHaveLength(48 * 48 * 3);
  expect([...decoded.data.subarray(0, 3)]).toEqual([255, 255, 255]); // the corner is the white background
  expect(await decodeSample({ read: () => Promise.resolve(bytes) })).toEqual(decoded);
  expect(await decodeSample(decoded)).toBe(decoded);
  expect(await decodeSample(bytes, { resize: { width: 5, height: 7, fit: "fill" } })).toMatchObject({
    width: 5,
    height: 7,
  });
});
