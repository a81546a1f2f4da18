import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { fold, key, normal } from "../../engine/random.ts";
import { centroidsOf, ClusterSums } from "./cluster-sums.ts";
import { drawInProportion } from "./initial-centroids.ts";
import { kMeans } from "./k-means.ts";
import { VectorRows } from "./vector-rows.ts";

const Golden = z.object({
  tolerance: z.number(),
  n: z.number(),
  d: z.number(),
  k: z.number(),
  points: z.array(z.number()),
  cases: z.array(
    z.object({
      metric: z.enum(["euclidean", "cosine"]),
      rounds: z.number(),
      centroids: z.array(z.number()),
      labels: z.array(z.number()),
      closeness: z.array(z.number()),
    }),
  ),
});
const golden = Golden.parse(
  JSON.parse(readFileSync(new URL("../../../fixtures/golden/k_means/meta.json", import.meta.url), "utf8")),
);
const vectors = new VectorRows(Float32Array.from(golden.points), golden.d);

const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((worst, x, i) => Math.max(worst, Math.abs(x - a[i]!)), 0);

describe("equals the reference (scikit-learn for euclidean, faiss for cosine)", () => {
  test.each(golden.cases)("$metric after $rounds rounds", async ({ metric, rounds, centroids, labels, closeness }) => {
    const init = vectors.data.slice(0, golden.k * golden.d);
    const found = await kMeans(vectors, { clusters: golden.k, metric, iterations: rounds, init, perCluster: Infinity });
    expect([...found.assignment]).toEqual(labels);
    expect(distance(found.centroids, centroids)).toBeLessThan(golden.tolerance);
    expect(distance(found.closeness, closeness)).toBeLessThan(golden.tolerance * 10);
  });
});

/** Clouds around some corners of a cube, far apart: which is which is plain. */
function clouds(count: number, width: number, clusters: number, spread: number) {
  const centers = normal(fold(key(3), "centers"), clusters * width);
  const noise = normal(fold(key(3), "noise"), count * width);
  const data = noise.map((x, at) => centers[(Math.floor(at / width) % clusters) * width + (at % width)]! + spread * x);
  return new VectorRows(data, width);
}

test("k-means++ finds clouds that lie apart, and starts nearer than random vectors", async () => {
  const rows = clouds(600, 16, 12, 0.02);
  const objectives: number[] = [];
  const { assignment } = await kMeans(rows, {
    clusters: 12,
    metric: "euclidean",
    init: "k-means++",
    onRound: (_, objective) => objectives.push(objective),
  });
  const names = new Map(Array.from({ length: 12 }, (_, cloud) => [assignment[cloud]!, cloud]));
  expect(names.size).toBe(12);
  for (const [i, cluster] of assignment.entries()) expect(names.get(cluster)).toBe(i % 12);
  expect(objectives[0]).toBeLessThan(16 * 0.02 ** 2 * 3); // one vector of each cloud: twice the variance
});

test("the result depends on the seed, and neither on threads nor on a detour by row numbers", async () => {
  const rows = clouds(5000, 8, 20, 0.7);
  const find = (seed: number, threads: number, of = rows) => kMeans(of, { clusters: 20, seed, threads, iterations: 5 });
  const [first, other, again] = [await find(1, 1), await find(2, 1), await find(1, 3)];
  expect(again).toEqual(first);
  expect(other.centroids).not.toEqual(first.centroids);
  const padded = new Float32Array(2 * rows.data.length);
  for (let i = 0; i < rows.count; i++) padded.set(rows.data.subarray(i * 8, i * 8 + 8), i * 16);
  const evenRows = Uint32Array.from({ length: rows.count }, (_, i) => 2 * i);
  expect(await find(1, 2, new VectorRows(padded, 8, evenRows))).toEqual(first);
});

test("rounds see a sample; what they did not see is assigned to the nearest centroid", async () => {
  const rows = clouds(4000, 4, 3, 0.5);
  const { centroids, assignment, closeness } = await kMeans(rows, {
    clusters: 3,
    metric: "euclidean",
    perCluster: 10,
    iterations: 50,
  });
  for (let i = 0; i < rows.count; i += 37) {
    const distances = [0, 1, 2].map((c) =>
      [0, 1, 2, 3].reduce((sum, j) => sum + (rows.data[i * 4 + j]! - centroids[c * 4 + j]!) ** 2, 0),
    );
    expect(assignment[i]).toBe(distances.indexOf(Math.min(...distances)));
    expect(closeness[i]).toBeCloseTo(Math.min(...distances), 4);
  }
});

test("clustering stops when nothing moves", async () => {
  const rounds: number[] = [];
  const options = {
    clusters: 4,
    init: "k-means++",
    iterations: 100,
    onRound: (round: number) => rounds.push(round),
  } as const;
  expect((await kMeans(clouds(400, 8, 4, 0.01), options)).rounds).toBe(rounds.length);
  expect(rounds.length).toBeLessThan(6);
});

test("an empty cluster takes half of the largest one, as in faiss", () => {
  const sums = new ClusterSums(3, 2, 4);
  const block = { start: 0, vectors: Float32Array.of(2, 4, 4, 8, 0, 0, 6, 6), score: new Float32Array(4) };
  sums.add({ ...block, nearest: Int32Array.of(0, 0, 0, 1) }, new Float64Array(4).fill(1));
  const up = 1 + 1 / 1024;
  const down = 1 - 1 / 1024;
  const means = centroidsOf(sums, new Float32Array(6), false);
  expect([...means]).toEqual([2 * down, 4 * up, 6, 6, 2 * up, 4 * down].map(Math.fround));
});

test("a vector that moves is taken from its old cluster", () => {
  const sums = new ClusterSums(2, 1, 2);
  const block = { start: 0, vectors: Float32Array.of(3, 5), score: new Float32Array(2) };
  const scale = new Float64Array(2).fill(2);
  expect(sums.add({ ...block, nearest: Int32Array.of(0, 0) }, scale)).toBe(2);
  expect(sums.add({ ...block, nearest: Int32Array.of(0, 1) }, scale)).toBe(1);
  expect([...sums.sums, ...sums.counts]).toEqual([6, 10, 1, 1]);
});

test("drawing in proportion never takes what weighs nothing", () => {
  const weights = Float64Array.of(0, 1, 0, 3, 0);
  const drawn = [0, 0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) drawn[drawInProportion(weights, fold(key(1), i))]!++;
  expect([drawn[0], drawn[2], drawn[4]]).toEqual([0, 0, 0]);
  expect(Math.abs(drawn[1]! - 1000)).toBeLessThan(110); // four standard deviations
});

test("more clusters than vectors are refused", async () => {
  await expect(kMeans(vectors, { clusters: 241 })).rejects.toThrow(
    "k-means: 241 clusters of 240 vectors were asked for\n  mend: ask for at least 1 and at most as many as there are vectors",
  );
});
