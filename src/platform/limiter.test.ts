import { expect, test } from "vitest";
import { gates, settle } from "../testing/gates.ts";
import { limiter } from "./limiter.ts";

test("runs so many at once, first come first served, and frees the place on failure", async () => {
  const { open, wait, started } = gates();
  const limit = limiter(2);
  const results = [0, 1, 2, 3].map((at) => limit(() => wait(at)));
  await settle();
  expect(started).toEqual([0, 1]);
  open(1);
  await settle();
  expect(started).toEqual([0, 1, 2]);
  [0, 2].forEach(open);
  await settle();
  open(3);
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
  const one = limiter(1);
  await expect(one(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await one(() => Promise.resolve("next"))).toBe("next");
});
