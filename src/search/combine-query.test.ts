import { expect, test } from "vitest";
import { combineQuery } from "./combine-query.ts";

const [east, north] = [
  [1, 0],
  [0, 1],
];
const rows = (...vectors: readonly (readonly number[])[]): Float32Array => Float32Array.from(vectors.flat());
const half = Math.SQRT1_2;

test("several prompts are the direction between them", () => {
  expect([...combineQuery({ wanted: rows(east, north) }, 2)]).toEqual([expect.closeTo(half), expect.closeTo(half)]);
  expect([...combineQuery({ wanted: rows(north) }, 2)]).toEqual([0, 1]);
});

test("what is unwanted is taken off, by its weight", () => {
  const query = { wanted: rows(east), unwanted: rows(north) };
  expect([...combineQuery(query, 2)]).toEqual([1, -1]);
  expect([...combineQuery({ ...query, weight: 0.25 }, 2)]).toEqual([1, -0.25]);
  // Northeast is as near to both: it scores 0.
  const [x, y] = combineQuery(query, 2);
  expect(half * x! + half * y!).toBeCloseTo(0);
});
