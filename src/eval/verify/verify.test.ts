import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { hostTensor } from "../../engine/host-tensor.ts";
import type { FolderReader } from "../../io/checkpoint.ts";
import { readSafetensors, writeSafetensors } from "../../io/safetensors.ts";
import type { HostTensor } from "../../platform/session.ts";
import { verifyTable } from "./report.ts";
import { verify } from "./verify.ts";

// What each folder holds is counted in its files: outputs but the loss, which is one more, and gradients.
const folders = [
  { name: "clip", objective: "InfoNCE", outputs: 17, gradients: 94 },
  { name: "siglip", objective: "sigmoid loss", outputs: 15, gradients: 104 },
  { name: "openclip_vit", objective: "InfoNCE", outputs: 6, gradients: 62 },
  { name: "openclip_siglip_loss", objective: "sigmoid loss", outputs: 4, gradients: 70 },
  { name: "vit_cls", objective: "cross-entropy", outputs: 5, gradients: 56 },
  { name: "variants/clip_legacy", objective: "InfoNCE", outputs: 14, gradients: 78 },
  { name: "variants/clip_text_projection", objective: "mean of squares of text_embeds", outputs: 5, gradients: 37 },
  {
    name: "variants/clip_vision_resized",
    objective: "mean of squares of last_hidden_state and of pooler_output",
    outputs: 5,
    gradients: 39,
  },
  { name: "variants/siglip_text_masked", objective: "sum of squares of pooler_output", outputs: 5, gradients: 38 },
  { name: "variants/siglip_vision", objective: "mean of squares of pooler_output", outputs: 5, gradients: 48 },
  {
    name: "variants/siglip_vision_headless",
    objective: "mean of squares of last_hidden_state",
    outputs: 4,
    gradients: 37,
  },
  { name: "variants/clip_classifier", objective: "cross-entropy", outputs: 4, gradients: 39 },
  { name: "variants/siglip_classifier", objective: "cross-entropy", outputs: 4, gradients: 39 },
  { name: "variants/siglip_multi_label", objective: "binary cross-entropy", outputs: 4, gradients: 39 },
  { name: "variants/clip_regression", objective: "mean squared error", outputs: 3, gradients: 23 },
  {
    name: "variants/clip_text_positions",
    objective: "mean of squares of last_hidden_state and of pooler_output",
    outputs: 5,
    gradients: 36,
  },
  { name: "variants/clip_projected_pooler", objective: "InfoNCE", outputs: 14, gradients: 78 },
  { name: "variants/openclip_fixed_positions", objective: "InfoNCE", outputs: 5, gradients: 59 },
  { name: "variants/openclip_end_of_text", objective: "sigmoid loss", outputs: 6, gradients: 71 },
];

/** Reads a fixture; `changed` are files to be read otherwise, `undefined` for one that is not there. */
function golden(name: string, changed: Readonly<Record<string, Uint8Array | undefined>> = {}): FolderReader {
  return async (file) => {
    if (file in changed) return changed[file];
    const bytes = await readFile(new URL(`../../../fixtures/golden/${name}/${file}`, import.meta.url)).catch(
      () => null,
    );
    return bytes === null ? undefined : new Uint8Array(bytes);
  };
}

/** A tensor file with some tensors changed. */
async function edited(
  folder: string,
  file: string,
  edit: (tensors: Map<string, HostTensor>) => void,
): Promise<Record<string, Uint8Array>> {
  const { tensors } = readSafetensors((await golden(folder)(file))!);
  edit(tensors);
  return { [file]: writeSafetensors(tensors) };
}

function shift(tensor: HostTensor | undefined, at: number, by: number): void {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError("not in the fixture");
  tensor.data[at]! += by;
}

test.each(folders)("$name equals the reference: outputs within 1e-5, gradients within 1e-4", async (folder) => {
  const report = await verify(golden(folder.name));
  const count = (of: string): number => report.tensors.filter(({ kind }) => kind === of).length;
  expect(report.tensors.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.skipped).toEqual([]);
  expect(report).toMatchObject({ ok: true, objective: folder.objective });
  expect([count("output"), count("gradient")]).toEqual([folder.outputs + 1, folder.gradients]);
});

test("a wrong weight is found, and where", async () => {
  const changed = await edited("vit_cls", "model.safetensors", (tensors) => {
    shift(tensors.get("classifier.bias"), 3, 0.01);
  });
  const report = await verify(golden("vit_cls", changed));
  expect(report.ok).toBe(false);
  const logits = report.tensors.find(({ name }) => name === "logits")!;
  expect(logits.ok).toBe(false);
  expect(logits.error * logits.scale).toBeCloseTo(0.01, 5);
  expect(report.tensors.find(({ name }) => name === "hidden_states.3")!.ok).toBe(true);
  expect(report.tensors.find(({ name }) => name === "loss")!.note).toMatch(
    /^no loss that is tried has the value 2\.626/,
  );
});

test("a wrong gradient is found: also of a weight whose gradient is zero", async () => {
  const changed = await edited("vit_cls", "grads.safetensors", (tensors) => {
    shift(tensors.get("classifier.weight"), 0, 0.001);
    shift(tensors.get("vit.encoder.layer.0.attention.attention.key.bias"), 0, 0.001);
    tensors.set("vit.embeddings.mask_token", { dtype: "float32", shape: [1], data: new Float32Array(1) });
  });
  const report = await verify(golden("vit_cls", changed));
  expect(report.tensors.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
    "classifier.weight",
    "vit.embeddings.mask_token",
    "vit.encoder.layer.0.attention.attention.key.bias",
  ]);
  const table = verifyTable(report);
  expect(table).toContain("FAIL  d vit.embeddings.mask_token");
  expect(table).toMatch(/3 failed\n$/);
});

test("gradients that are zero are known without a list of them", async () => {
  const report = await verify(golden("vit_cls", { "meta.json": undefined }));
  expect(report.ok).toBe(true);
  const zero = report.tensors.filter(({ note }) => note === "zero in exact arithmetic").map(({ name }) => name);
  expect(zero).toEqual([0, 1, 2].map((layer) => `vit.encoder.layer.${layer}.attention.attention.key.bias`));
});

test("a weight whose gradient the reference does not give is listed", async () => {
  const grads = await edited("vit_cls", "grads.safetensors", (tensors) => void tensors.delete("classifier.bias"));
  const report = await verify(golden("vit_cls", grads));
  expect(report).toMatchObject({
    ok: true,
    skipped: [{ name: "classifier.bias", reason: "the reference has no gradient of it" }],
  });
  expect(verifyTable(report)).toContain("not compared:\n  classifier.bias: the reference has no gradient of it\n");
});

test("a pooled output that is neither the tower's nor its projection fails", async () => {
  const [own, other] = ["vision_model_output.pooler_output", "text_model_output.pooler_output"] as const;
  const changed = await edited("variants/clip_projected_pooler", "outputs.safetensors", (tensors) => {
    shift(tensors.get(own), 5, 0.01);
  });
  const report = await verify(golden("variants/clip_projected_pooler", changed));
  expect(report.tensors.filter(({ ok }) => !ok)).toMatchObject([{ name: own, kind: "output" }]);
  const note = "the projected features, as transformers 5 has them";
  expect(report.tensors.find(({ name }) => name === other)).toMatchObject({ ok: true, note });
});

test("an output that the model does not give fails", async () => {
  const changed = await edited("vit_cls", "outputs.safetensors", (tensors) => {
    tensors.set("attentions.0", hostTensor("float32", [1], [0]));
  });
  const report = await verify(golden("vit_cls", changed));
  expect(report.ok).toBe(false);
  expect(verifyTable(report)).toMatch(
    /^FAIL +attentions\.0 +none +1\.0e-5 +the model gives out nothing of this name$[^]*\n1 failed\n$/m,
  );
});

const small = "variants/clip_text_projection";

test.each([
  ["is none that is tried", hostTensor("float32", [], [123]), "no loss that is tried has the value 123"],
  ["is not a number", hostTensor("float32", [], [Number.NaN]), "no loss that is tried has the value NaN"],
  ["is not given", undefined, "the folder gives gradients, but not their loss"],
])("gradients whose loss %s fail, all else being equal", async (_, loss, note) => {
  const changed = await edited(small, "outputs.safetensors", (tensors) => {
    if (loss === undefined) tensors.delete("loss");
    else tensors.set("loss", loss);
  });
  const report = await verify(golden(small, changed));
  expect(report.tensors.filter(({ ok }) => !ok)).toEqual([expect.objectContaining({ name: "loss", note })]);
  expect(report.ok).toBe(false);
  expect(report.skipped).toHaveLength(37);
  expect(report.skipped[0]).toEqual({ name: expect.any(String), reason: "its loss is not known" });
});

const reason = "the reference has elements that are not a number";
test.each([
  ["of the reference's outputs", "outputs.safetensors", "text_embeds", "text_embeds", reason],
  ["of its gradients", "grads.safetensors", "text_projection.weight", "text_projection.weight", reason],
  ["of its weights", "model.safetensors", "text_projection.weight", "text_embeds", undefined],
])("an element %s that is not a number fails", async (_, file, edit, fails, note) => {
  const changed = await edited(small, file, (tensors) => shift(tensors.get(edit), 0, Number.NaN));
  const report = await verify(golden(small, changed));
  expect(report.ok).toBe(false);
  const spoilt = report.tensors.find(({ name }) => name === fails);
  expect([spoilt?.ok, spoilt?.error, spoilt?.note]).toEqual([false, Infinity, note]);
});

test("a reference without outputs proves nothing", async () => {
  const nothing = writeSafetensors(new Map());
  const report = await verify(
    golden("clip", { "outputs.safetensors": nothing, "grads.safetensors": undefined, "meta.json": undefined }),
  );
  expect(report.ok).toBe(false);
  expect(verifyTable(report)).toMatch(/nothing could be compared\n$/);
});

test("a weight that the model does not know is an error", async () => {
  const changed = await edited("clip", "model.safetensors", (tensors) => {
    tensors.set("vision_model.extra", hostTensor("float32", [1], [0]));
  });
  await expect(verify(golden("clip", changed))).rejects.toMatchObject({ code: "WEIGHTS_MISFIT" });
});

test("a folder without gradients: outputs alone", async () => {
  const report = await verify(golden("clip", { "grads.safetensors": undefined }));
  expect(report).toMatchObject({ ok: true, skipped: [] });
  expect(report.tensors.every(({ kind }) => kind === "output")).toBe(true);
});

test("a folder without a file that it needs", async () => {
  await expect(verify(golden("clip", { "inputs.safetensors": undefined }))).rejects.toMatchObject({
    code: "REFERENCE_INCOMPLETE",
    message: expect.stringContaining("inputs.safetensors: the folder has no such file"),
  });
  const json = { "config.json": new TextEncoder().encode("{") };
  await expect(verify(golden("clip", json))).rejects.toMatchObject({
    code: "REFERENCE_INVALID",
    message: expect.stringContaining("config.json: it is not the JSON that belongs here"),
  });
});
