import { describe, expect, test } from "vitest";
import { fold, key, normal } from "../../engine/random.ts";
import { semDeDup, type SemDeDupOptions } from "./semdedup.ts";
import { VectorRows } from "./vector-rows.ts";
import { membersOf, similarityTiles } from "./within-clusters.ts";

/** Unit vectors of a plane at the given angles in degrees: similarities are cosines of differences. */
const atAngles = (...degrees: number[]) =>
  new VectorRows(
    Float32Array.from(degrees.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)])),
    2,
  );

const oneCluster = (closeness: readonly number[]) => ({
  assignment: new Int32Array(closeness.length),
  closeness: Float32Array.from(closeness),
  centroids: Float32Array.of(1, 0),
});

const epsilon12 = 1 - Math.cos((12 * Math.PI) / 180); // duplicates are less than 12 degrees apart

interface Asked extends SemDeDupOptions {
  readonly reading?: "paper" | "code";
  readonly epsilon?: number;
}

async function droppedOf(closeness: readonly number[], degrees: readonly number[], asked: Asked = {}) {
  const { reading = "paper", epsilon = epsilon12, ...options } = asked;
  const found = await semDeDup(atAngles(...degrees), oneCluster(closeness), options);
  return Array.from(reading === "paper" ? found.linked : found.similarity, (value) => Number(value > 1 - epsilon));
}

describe("a chain A - B - C, in which A and C are no duplicates", () => {
  const degrees = [0, 10, 20];
  test("in the order A, B, C both readings keep A alone: the code lets B drop C although B goes", async () => {
    const closeness = [0.1, 0.2, 0.3];
    expect(await droppedOf(closeness, degrees, { reading: "paper" })).toEqual([0, 1, 1]);
    expect(await droppedOf(closeness, degrees, { reading: "code" })).toEqual([0, 1, 1]);
  });
  test("in the order A, C, B the code keeps A and C, the paper A alone", async () => {
    const closeness = [0.1, 0.3, 0.2];
    expect(await droppedOf(closeness, degrees, { reading: "paper" })).toEqual([0, 1, 1]);
    expect(await droppedOf(closeness, degrees, { reading: "code" })).toEqual([0, 1, 0]);
  });
  test("in the order C, A, B the paper keeps C: the first in order, not the first of the data", async () => {
    expect(await droppedOf([0.2, 0.3, 0.1], degrees)).toEqual([1, 1, 0]);
  });
});

test("hard keeps the member least similar to its centroid, easy the most similar; ties go to the first of the data", async () => {
  expect(await droppedOf([0.9, 0.5, 0.7], [0, 1, 2], { order: "hard" })).toEqual([1, 0, 1]);
  expect(await droppedOf([0.9, 0.5, 0.7], [0, 1, 2], { order: "easy" })).toEqual([0, 1, 1]);
  expect(await droppedOf([0.5, 0.5, 0.5], [0, 1, 2], { order: "easy" })).toEqual([0, 1, 1]);
});

test("a random order keeps each of two duplicates for some seeds", async () => {
  const kept = await Promise.all(
    Array.from({ length: 12 }, async (_, seed) => (await droppedOf([0, 0], [0, 1], { order: "random", seed })).join()),
  );
  expect(new Set(kept)).toEqual(new Set(["0,1", "1,0"]));
});

test("a larger epsilon drops more, as in the code and against its readme", async () => {
  const closeness = [0.1, 0.2, 0.3];
  expect(await droppedOf(closeness, [0, 10, 30], { epsilon: 1 - Math.cos(Math.PI / 20) })).toEqual([0, 0, 0]);
  expect(await droppedOf(closeness, [0, 10, 30], { epsilon: 1 - Math.cos(Math.PI / 8) })).toEqual([0, 1, 1]);
});

test("each member is told its most similar earlier one; clusters do not meet", async () => {
  const clustering = {
    assignment: Int32Array.of(0, 1, 0, 0),
    closeness: Float32Array.of(0.1, 0.1, 0.2, 0.3),
    centroids: new Float32Array(4),
  };
  const { nearest, similarity, linked } = await semDeDup(atAngles(0, 0, 60, 20), clustering);
  expect([...nearest]).toEqual([-1, -1, 0, 0]);
  expect(similarity[0]).toBe(-1);
  expect(similarity[2]).toBeCloseTo(0.5, 6);
  expect(similarity[3]).toBeCloseTo(Math.cos(Math.PI / 9), 6);
  expect([linked[0], linked[1]]).toEqual([-1, -1]);
  expect(linked[2]).toBeCloseTo(Math.cos((40 * Math.PI) / 180), 6); // by way of the one at 20 degrees
});

test("clusters of several tiles give what a plain double loop over vectors of any length gives", async () => {
  const [count, width] = [600, 5];
  const data = normal(fold(key(5), "points"), count * width);
  const vectors = new VectorRows(data, width);
  const closeness = normal(fold(key(5), "closeness"), count);
  const assignment = Int32Array.from({ length: count }, (_, i) => Number(i % 6 === 0));
  const clustering = { assignment, closeness, centroids: new Float32Array(2 * width) };
  const found = await semDeDup(vectors, clustering);

  const cosine = (a: number, b: number): number => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let j = 0; j < width; j++) {
      const [x, y] = [data[a * width + j]!, data[b * width + j]!];
      [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
    }
    return ab / Math.sqrt(aa * bb);
  };
  // The highest level at which a search from i, over similarities of at least so much, meets an earlier member: by Floyd and Warshall.
  const chains = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: count }, (__, j) => (assignment[i] === assignment[j] ? cosine(i, j) : -1)),
  );
  for (let k = 0; k < count; k++)
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++)
        chains[i]![j] = Math.max(chains[i]![j]!, Math.min(chains[i]![k]!, chains[k]![j]!));
  for (let i = 0; i < count; i++) {
    let [best, linked] = [-1, -1];
    for (let j = 0; j < count; j++)
      if (j !== i && assignment[i] === assignment[j] && closeness[j]! < closeness[i]!)
        [best, linked] = [Math.max(best, cosine(i, j)), Math.max(linked, chains[i]![j]!)];
    expect(found.similarity[i]).toBeCloseTo(best, 5);
    expect(found.linked[i]).toBeCloseTo(linked, 5);
  }
  const alone = await semDeDup(vectors, clustering, { linkage: false });
  expect(alone.similarity).toEqual(found.similarity);
  expect(found.linked.filter((level, i) => level > found.similarity[i]!).length).toBeGreaterThan(30);
});

test("tiles hold every pair of a cluster once", async () => {
  const vectors = new VectorRows(normal(key(1), 520 * 3), 3);
  const pairs = new Set<string>();
  const clusters = membersOf(
    Int32Array.from({ length: 520 }, (_, i) => Math.min(i, 2)),
    3,
  );
  expect(clusters.map(({ length }) => length)).toEqual([1, 1, 518]);
  for await (const { rows, columns, isDiagonal } of similarityTiles(vectors, clusters))
    for (const [i, row] of rows.entries())
      for (const column of isDiagonal ? columns.subarray(i + 1) : columns) pairs.add(`${row} ${column}`);
  expect(pairs.size).toBe((518 * 517) / 2);
});
