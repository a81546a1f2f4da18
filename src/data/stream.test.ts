import { expect, test } from "vitest";
import { gates, settle } from "../testing/gates.ts";
import { mapInOrder, metered } from "./stream.ts";

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

test("mapInOrder keeps the order of the input, whatever finishes first", async () => {
  const { open, wait, started } = gates();
  const all = collect(mapInOrder([0, 1, 2, 3], 2, wait));
  await settle();
  expect(started).toEqual([0, 1, 2]); // one to yield and two ahead
  open(2);
  open(1);
  open(0);
  await settle();
  expect(started).toEqual([0, 1, 2, 3]);
  open(3);
  expect(await all).toEqual([0, 1, 2, 3]);
});

test("mapInOrder reports a failure in its turn", async () => {
  const seen: number[] = [];
  const mapped = mapInOrder([0, 1, 2], 2, (n) => (n === 1 ? Promise.reject(new Error("one")) : Promise.resolve(n)));
  const reading = (async () => {
    for await (const n of mapped) seen.push(n);
  })();
  await expect(reading).rejects.toThrow("one");
  expect(seen).toEqual([0]);
});

test("metered adds up the time from asking to getting, not the consumer's own", async () => {
  let clock = 0;
  const slow = async function* (): AsyncGenerator<string> {
    clock += 7;
    yield "a";
    clock += 5;
    yield "b";
  };
  const items = metered(slow(), () => clock);
  for await (const _ of items) clock += 100;
  expect(items.waitedMs).toBe(12);
});
