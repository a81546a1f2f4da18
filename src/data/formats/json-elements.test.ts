import { expect, test } from "vitest";
import { expandBraces } from "./braces.ts";
import { jsonElements } from "./json-elements.ts";
import { decodeRunLengths } from "./run-lengths.ts";

/** The elements of a text that arrives `size` bytes at a time, as "list: JSON @start". */
async function elements(text: string, size: number): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const found: string[] = [];
  for await (const { list, start, bytes: part } of jsonElements(chunks()))
    found.push(`${list}: ${JSON.stringify(JSON.parse(new TextDecoder().decode(part)))} @${start}`);
  return found;
}

test.each([1, 2, 3, 7, 1000])("elements of lists, however the text is cut: %i bytes at a time", async (size) => {
  const text =
    '{"info": {"a": [1, 2]}, "images" : [ {"id":1,"n":"]}\\"{"}, {"id":2} ], "empty":[], "x": 5, "개":[[1,[2]],"s",3]}';
  const start = (part: string): number => new TextEncoder().encode(text.slice(0, text.indexOf(part))).length;
  expect(await elements(text, size)).toEqual([
    `images: {"id":1,"n":"]}\\"{"} @${start('{"id":1')}`,
    `images: {"id":2} @${start('{"id":2')}`,
    `개: [1,[2]] @${start("[1,[2]]")}`,
    `개: "s" @${start('"s"')}`,
    `개: 3 @${start("3]}")}`,
  ]);
  expect(await elements('\uFEFF[ {"a": 1}, [2] ]', size)).toEqual([': {"a":1} @5', ": [2] @15"]);
});

test("a text that is cut off gives what is whole, then throws", async () => {
  await expect(elements('{"images": [{"id": 1}, {"id"', 5)).rejects.toThrow("the JSON ends at byte 28");
  await expect(elements("  ", 5)).rejects.toThrow("the file is blank");
});

test("braces: counting with zeros, lists, several at once", () => {
  expect(expandBraces("a-{098..101}.tar")).toEqual(["a-098.tar", "a-099.tar", "a-100.tar", "a-101.tar"]);
  expect(expandBraces("{train,val}-{0..1}")).toEqual(["train-0", "train-1", "val-0", "val-1"]);
  expect(expandBraces("plain.tar")).toEqual(["plain.tar"]);
});

// Texts made by a port of rleToString of the COCO API (common/maskApi.c).
test.each([
  ["61X13mN000`0", [6, 1, 40, 4, 5, 4, 5, 4, 21]],
  ["3mW2", [3, 2301]],
  ["0`h95aWFkdQ31W[nL", [0, 10000, 5, 1, 100000, 2, 7]],
])("run lengths of %s", (text, counts) => {
  expect(decodeRunLengths(text)).toEqual(counts);
});
