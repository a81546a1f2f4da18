import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { hostTensor } from "../engine/host-tensor.ts";
import { CheckpointStore, type Checkpoint } from "./checkpoint.node.ts";

const root = await mkdtemp(join(tmpdir(), "fovea-checkpoints-"));
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(root, "run-"));
});
afterAll(() => rm(root, { recursive: true }));

const checkpoint = (step: number, best: Checkpoint["best"] = null): Checkpoint => ({
  step,
  position: { epoch: 1, batch: step },
  metricsBytes: 100 * step,
  droppedBytes: 0,
  best,
  tensors: new Map([["weight.a", hostTensor("float32", [2], [step, 0.1])]]),
});

test("a checkpoint comes back as it was", async () => {
  const store = new CheckpointStore(folder, 2);
  expect(await store.newest()).toBeUndefined();
  await store.write(checkpoint(7, { step: 7, loss: 0.1 + 0.2 }));
  expect(await store.newest()).toEqual(checkpoint(7, { step: 7, loss: 0.1 + 0.2 }));
});

test("the newest ones and the best one stay", async () => {
  const store = new CheckpointStore(folder, 2);
  for (const step of [10, 20, 30, 40, 50]) await store.write(checkpoint(step, { step: 20, loss: 1 }));
  expect(await store.steps()).toEqual([20, 40, 50]);
  expect((await store.newest())!.step).toBe(50);
});

test("one that turns out to be bad is removed, and there is always one before it", async () => {
  const store = new CheckpointStore(folder, 1);
  expect(await store.discard(5)).toBeUndefined();
  for (const step of [10, 20, 30]) await store.write(checkpoint(step));
  expect(await store.discard(30)).toBe(20);
  expect(await store.discard(29)).toBe(20); // there is none
  expect(await store.steps()).toEqual([20]);
});

test("what a killed write left behind is removed by the next one, and never read", async () => {
  const store = new CheckpointStore(folder, 2);
  await store.write(checkpoint(1));
  await writeFile(join(folder, "step-00000002.safetensors.0f.tmp"), "half a checkpoint");
  expect((await store.newest())!.step).toBe(1);
  await store.write(checkpoint(3));
  expect(await readdir(folder)).toEqual(["step-00000001.safetensors", "step-00000003.safetensors"]);
});

test("a file that is no checkpoint is an error", async () => {
  const store = new CheckpointStore(folder, 2);
  await store.write(checkpoint(1));
  const { writeSafetensors } = await import("../io/safetensors.ts");
  await writeFile(join(folder, "step-00000002.safetensors"), writeSafetensors(checkpoint(2).tensors));
  await expect(store.newest()).rejects.toMatchObject({
    code: "CHECKPOINT_FOREIGN",
    message: expect.stringMatching(
      /step-00000002\.safetensors: it is not a training checkpoint of Fovea\n {2}mend: remove the file/,
    ) as unknown,
  });
});
