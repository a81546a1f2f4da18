import { expect, test } from "vitest";
import { textOverlap } from "./text-overlap.ts";

test("a caption that repeats the picture's text, whatever the recogniser does to spaces, case and single letters", () => {
  expect(textOverlap("Summer sale!", ["SUMMERSALE"])).toBe(1);
  expect(textOverlap("Happy Birthday", ["HAPPYBIRTHDAY", "2024"])).toBe(1);
  expect(textOverlap("bicycle rental", ["bicyc1e", "renta1 shop"])).toBe(1); // one of 7, one of 6
});

test("a caption that says something else, or more", () => {
  expect(textOverlap("a rocket above the moon", ["Flight to Mars"])).toBe(0);
  // rocket, poster: 12 letters; flight, mars: 10 (shorter words do not count)
  expect(textOverlap("rocket poster: Flight to Mars", ["Flight to Mars"])).toBeCloseTo(10 / 22, 9);
  expect(textOverlap("a cat", [])).toBe(0);
  expect(textOverlap("", ["text"])).toBe(0);
});

test("short words count where there are no others, and must be exact", () => {
  expect(textOverlap("50% OFF", ["50%OFF"])).toBe(1);
  expect(textOverlap("cat", ["car"])).toBe(0);
  expect(textOverlap("cart", ["carl"])).toBe(0);
});

test("languages that write no spaces", () => {
  expect(textOverlap("新年快乐", ["新年快乐"])).toBe(1);
  expect(textOverlap("一只猫", ["新年快乐"])).toBe(0);
});
