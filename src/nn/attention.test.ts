import { expect, test } from "vitest";
import { evaluate } from "../engine/compile.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { key } from "../engine/random.ts";
import type { HostTensor } from "../platform/session.ts";
import { attention, fusedAttention, paddingMask, maskedOut } from "./attention.ts";
import { initialize, Scope } from "./scope.ts";

const x = input("x", "float32", [6, 4]); // two items of three tokens
const feed = {
  x: { dtype: "float32" as const, shape: [6, 4], data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)) },
};

test("the fused projections are the three one above the other", async () => {
  const [separate, fused] = [Scope.root(), Scope.root()];
  const outputs = {
    separate: attention(separate, x, x, 2, { heads: 2 }),
    fused: fusedAttention(fused.at("f"), x, x, 2, { heads: 2 }),
  };
  const weights = initialize(separate.parameters, key(7));
  const joined = (part: "weight" | "bias", shape: readonly number[]): HostTensor => {
    const parts = ["q_proj", "k_proj", "v_proj"].map((name) => [...weights.get(`${name}.${part}`)!.data]);
    return { dtype: "float32", shape, data: Float32Array.from(parts.flat()) };
  };
  const { separate: expected, fused: found } = await evaluate(outputs, {
    ...feed,
    ...Object.fromEntries(weights),
    "f.in_proj_weight": joined("weight", [12, 4]),
    "f.in_proj_bias": joined("bias", [12]),
    "f.out_proj.weight": weights.get("out_proj.weight")!,
    "f.out_proj.bias": weights.get("out_proj.bias")!,
  });
  for (const [i, value] of expected.data.entries()) expect(Number(found.data[i])).toBeCloseTo(Number(value), 6);
});

test("heads that do not divide the width are refused, with the layer's path", () => {
  const scope = Scope.root().at("encoder.layers.0.self_attn");
  expect(() => attention(scope, x, x, 2, { heads: 3 })).toThrow(
    expect.objectContaining({
      code: "SHAPE_HEADS",
      message:
        "encoder.layers.0.self_attn: width 4 does not divide into 3 heads\n  mend: make the width a multiple of the number of heads",
    }),
  );
});

test("padding is masked out, tokens are not", async () => {
  const mask = paddingMask(constant([1, 1, 0, 1, 0, 0], [2, 3], "int64"));
  expect(mask.shape).toEqual([2, 1, 1, 3]);
  const values = Array.from((await evaluate({ mask })).mask.data, Number);
  const low = Math.fround(maskedOut);
  expect(values.map(Math.abs)).toEqual([0, 0, -low, 0, -low, -low]);
});
