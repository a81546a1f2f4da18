import { expect, test } from "vitest";
import { hostTensor } from "../engine/host-tensor.ts";
import { toFloat16 } from "../io/float16.ts";
import { loadParameters } from "./load.ts";

const parameters = [
  { path: "encoder.weight", shape: [2, 2] },
  { path: "encoder.bias", shape: [2] },
];
const weight = hostTensor("float32", [2, 2], [1, 2, 3, 4]);
const bias = hostTensor("float32", [2], [5, 6]);

test("each parameter gets the tensor of its name, as it is", () => {
  const values = loadParameters(parameters, [["encoder.bias", bias], ["encoder.weight", weight]]); // prettier-ignore
  expect(values.get("encoder.weight")?.data).toBe(weight.data);
  expect(values.get("encoder.bias")?.data).toBe(bias.data);
});

test("half precision is widened", () => {
  const half = { dtype: "float16", shape: [2], data: toFloat16(new Float32Array([0.5, -3])) } as const;
  const values = loadParameters(parameters.slice(1), [["encoder.bias", half]]);
  expect(values.get("encoder.bias")).toEqual({ dtype: "float32", shape: [2], data: new Float32Array([0.5, -3]) });
});

test("names of the checkpoint are mapped, and those mapped to nothing passed over", () => {
  const tensors = [["model.bias", bias], ["model.ids", weight]] as const; // prettier-ignore
  const values = loadParameters(parameters.slice(1), tensors, {
    parameterOf: (name) => (name.endsWith("ids") ? undefined : name.replace("model.", "encoder.")),
  });
  expect([...values.keys()]).toEqual(["encoder.bias"]);
});

test("missing and unexpected names are listed, each with its near one", () => {
  const tensors = [["encoder.weigth", weight], ["encoder.bias", bias], ["head", bias]] as const; // prettier-ignore
  expect(() => loadParameters(parameters, tensors, { where: "model.safetensors" })).toThrow(
    expect.objectContaining({
      code: "WEIGHTS_MISFIT",
      message:
        "model.safetensors: lacks encoder.weight (near: encoder.weigth); " +
        "holds what the model does not know: encoder.weigth (near: encoder.weight), head\n" +
        "  mend: config.json and the weights must belong together: fetch both again",
    }),
  );
});

test("a long list names five, and counts the rest", () => {
  const many = Array.from({ length: 8 }, (_, i) => ({ path: `layers.${i}`, shape: [1] }));
  expect(() => loadParameters(many, [])).toThrow(
    "checkpoint: lacks layers.0, layers.1, layers.2, layers.3, layers.4, and 3 more\n",
  );
});

test("another shape or type is refused", () => {
  const tensors = [["encoder.weight", bias], ["encoder.bias", hostTensor("int64", [2])]] as const; // prettier-ignore
  expect(() => loadParameters(parameters, tensors)).toThrow(
    "checkpoint: encoder.weight is float32[2], not [2, 2], encoder.bias is int64[2], not [2]\n",
  );
});

test("what may be missing or unexpected", () => {
  const tensors = [["encoder.bias", bias], ["head.weight", weight]] as const; // prettier-ignore
  const values = loadParameters(parameters, tensors, { allowMissing: /weight$/, allowUnexpected: /^head\./ });
  expect([...values.keys()]).toEqual(["encoder.bias"]);
});
