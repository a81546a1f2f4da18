import { describe, expect, test } from "vitest";
import { complexityOf } from "./complexity.ts";
import { loadLexicon } from "./lexicon.node.ts";
import { altTextNoise, boilerplateIn, isFileName } from "./noise.ts";
import { findPersonalData } from "./personal-data.ts";
import { captionDigest, normalised, template } from "./repetition.ts";

describe("personal data", () => {
  test.each([
    ["write to jane.doe+x@mail.example.co.uk today", ["email"]],
    ["logo@2x.png on the page", []],
    ["call +44 20 7946 0958", ["phone"]],
    ["(212) 555-0147", ["phone"]],
    ["212-555-0147", ["phone"]],
    ["010-1234-5678", ["phone"]],
    ["from 2010-2014, on 12.03.2015 at 10:30", []],
    ["DE89 3704 0044 0532 0130 00", ["iban"]], // the example of ISO 13616
    ["DE88 3704 0044 0532 0130 00", []],
    ["GB82WEST12345698765432", ["iban"]],
    ["4111 1111 1111 1111", ["card"]], // Visa's test number
    ["4111 1111 1111 1112", []],
    ["378282246310005", ["card"]], // American Express' test number
    ["8.8.8.8 and 192.168.0.1 and version 1.2.3.4", []],
    ["84.23.100.12", ["ip"]],
    ["078-05-1120", ["us-ssn"]],
    ["900101-1234568", ["kr-rrn"]], // check digit by hand: 11 - 91 mod 11 = 8
    ["900101-1234567", []],
    ["ISBN 978-3-16-148410-0, 1,234,567 people, 3 of 12", []],
  ])("%s", (text, kinds) => {
    expect(findPersonalData(text)).toEqual(kinds);
  });
});

test.each([
  "IMG_1234.jpg",
  "DSC04512",
  "P1010023.JPG",
  "untitled.png",
  "red_car_2012-03",
  "photo 12",
  "0123456789abcdef0123",
])("%s is a file's name", (text) => {
  expect(isFileName(text)).toBe(true);
});
test.each([
  "Photo of a cat",
  "cat",
  "well-known 3-part story",
  "Two dogs",
  "Image",
  "route 66",
  "a picture saved as cat.jpg by her",
])("%s is none", (text) => {
  expect(isFileName(text)).toBe(false);
});

test("boilerplate has kinds", () => {
  const texts = [
    "Click to enlarge",
    "No image available",
    "stock photo of a dog",
    "\u00a9 2012 Jane",
    "Add to cart",
    "image",
    "a dog on a beach",
  ];
  expect(texts.map(boilerplateIn)).toEqual(["enlarge", "missing", "stock", "rights", "shop", "empty", undefined]);
});

test.each([
  ["a red car", 0],
  ["salt & pepper", 0],
  ["#sunset #beach", 1],
  ["lamp https://a.example/x", 0.5],
  ["<b> lamp </b> desk", 0.5],
  ["lamp desk lamp B07XJ8C8F5", 0.5],
  ["", 0],
])("noise of %j is %d", (text, share) => {
  expect(altTextNoise(text)).toBe(share);
});

test("copies of a caption have one digest, and captions that differ in numbers one template", () => {
  expect(normalised("  A Dog, on\u3000the beach! ")).toBe("a dog on the beach");
  expect(template(normalised("Page 3 of 12"))).toBe("page 0 of 0");
  expect(captionDigest("a")).not.toBe(captionDigest("b"));
  expect(new Set(Array.from({ length: 20_000 }, (_, i) => captionDigest(`caption ${i}`))).size).toBe(20_000);
});

test("a caption's complexity by WordNet", async () => {
  const lexicon = await loadLexicon();
  const of = (text: string) => {
    const { objects, attributes, actions, relations } = complexityOf(text, lexicon);
    return [objects, attributes, actions, relations];
  };
  //                                                                   objects, attributes, actions, relations
  expect(of("A small brown dog is running on the beach next to two children.")).toEqual([3, 3, 1, 2]);
  expect(of("Women riding horses in front of a castle")).toEqual([3, 0, 1, 2]); // riding, in front of
  expect(of("geese flying over mountains")).toEqual([2, 0, 1, 1]);
  expect(of("gramastar")).toEqual([0, 0, 0, 0]);
}, 30_000);
