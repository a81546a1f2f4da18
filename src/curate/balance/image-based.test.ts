import { expect, test } from "vitest";
import { VectorRows } from "../semantic/vector-rows.ts";
import { nearTargets } from "./image-based.ts";

test("image-based selection keeps whole clusters that a target falls into", async () => {
  const angles = [0, 2, 4, 88, 90, 92, 178, 180, 182]; // three clouds of a circle
  const at = (degrees: readonly number[]) =>
    new VectorRows(
      Float32Array.from(degrees.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)])),
      2,
    );
  const options = { clusters: 3, init: "k-means++" } as const;
  expect([...(await nearTargets(at(angles), at([10, 3]), options))]).toEqual([2, 2, 2, 0, 0, 0, 0, 0, 0]);
  expect([...(await nearTargets(at(angles), at([100, 170]), options))]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1]);
});
