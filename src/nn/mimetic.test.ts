import { expect, test } from "vitest";
import { key } from "../engine/random.ts";
import { constantInit, zeros } from "./init.ts";
import { mimeticVision } from "./mimetic.ts";
import { initialize, Scope } from "./scope.ts";

const [width, heads, grid] = [16, 2, 3];

/** First values of one layer and the positions, all zero but for the transform. */
function started(tower: string): (name: string) => Float32Array {
  const scope = Scope.root().with(mimeticVision(key(1), "vision_model", heads));
  const layer = scope.at(tower).at("encoder.layers.0.self_attn");
  for (const name of ["q_proj", "k_proj", "v_proj", "out_proj"]) layer.at(name).param("weight", [width, width], zeros);
  const positions = scope.at(tower).at("embeddings.position_embedding");
  positions.param("weight", [1 + grid * grid, width], constantInit(7));
  const values = initialize(scope.parameters, key(0));
  return (name) => [...values].find(([path]) => path.endsWith(`${name}.weight`))![1].data;
}

/** `a · b`, or `aᵀ · b`: `[width, width]`. */
function product(a: Float32Array, b: Float32Array, isTransposed = false): number[][] {
  const at = (i: number, k: number): number => (isTransposed ? a[k * width + i]! : a[i * width + k]!);
  const all = [...Array(width).keys()];
  return all.map((i) => all.map((j) => all.reduce((sum, k) => sum + at(i, k) * b[k * width + j]!, 0)));
}

test("queries and keys are alike: scores are products of what two tokens are in the head's subspace", () => {
  const of = started("vision_model");
  expect(of("q_proj")).toEqual(of("k_proj"));
  const half = of("q_proj").map((value, i) => (i < (width * width) / heads ? value : 0)); // the first head's rows
  const scores = product(half, half, true);
  const trace = scores.reduce((sum, row, i) => sum + row[i]!, 0);
  expect(trace).toBeCloseTo(0.49 * (width / heads), 4); // 0.7² in each of the head's dimensions
  expect(product(Float32Array.from(scores.flat()), Float32Array.from(scores.flat()))[0]![0]!).toBeCloseTo(
    0.49 * scores[0]![0]!,
    4,
  );
});

test("what attention passes on is the opposite of what it saw, to 0.36", () => {
  const of = started("vision_model");
  for (const [i, row] of product(of("out_proj"), of("v_proj")).entries())
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? -0.36 : 0, 5);
});

test("positions of neighbours are more alike than those of patches far apart; the class token keeps its own", () => {
  const positions = started("vision_model")("position_embedding");
  const row = (token: number): Float32Array => positions.subarray(token * width, (token + 1) * width);
  expect(row(0).every((value) => value === 7)).toBe(true);
  const distance = (a: number, b: number): number =>
    Math.hypot(...row(1 + a).map((value, i) => value - row(1 + b)[i]!));
  expect(distance(0, 1)).toBeCloseTo(distance(0, grid), 5); // right and below
  expect(distance(0, 1)).toBeLessThan(distance(0, grid + 1));
  expect([...row(1)]).toEqual([...row(1)].map((_, i) => (i % 2 === 0 ? 0 : Math.fround(0.3)))); // sin 0, cos 0
});

test("what two projections share is drawn anew for other layers, and is the same at each drawing", () => {
  const scope = Scope.root().with(mimeticVision(key(1), "vision_model", heads));
  const names = ["0", "1"].flatMap((layer) =>
    ["k_proj", "q_proj", "out_proj", "v_proj"].map((name) => `encoder.layers.${layer}.self_attn.${name}`),
  );
  for (const name of names) scope.at("vision_model").at(name).param("weight", [width, width], zeros);
  const [first, again] = [initialize(scope.parameters, key(0)), initialize(scope.parameters, key(0))];
  expect(again).toEqual(first);
  const of = (name: string): Float32Array => first.get(`vision_model.encoder.layers.${name}.weight`)!.data;
  expect(of("0.self_attn.q_proj")).toEqual(started("vision_model")("q_proj"));
  expect(of("1.self_attn.q_proj")).toEqual(of("1.self_attn.k_proj"));
  expect(of("1.self_attn.q_proj")).not.toEqual(of("0.self_attn.q_proj"));
});

test("other towers start as they say", () => {
  const of = started("text_model");
  expect(of("q_proj").every((value) => value === 0)).toBe(true);
  expect(of("position_embedding").every((value) => value === 7)).toBe(true);
});
