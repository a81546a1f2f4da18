import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../testing/bundle-program.ts";
import type { Moment } from "../testing/train/killed-run.node.ts";
import { overrideRecipe, type Recipe } from "./recipe.ts";
import type { TrainingTask } from "./tasks/task.ts";
import type { TrainEvent } from "./train-task.node.ts";
import { runTiny } from "../testing/train/tiny-run.node.ts";
import { tinyRecipe, tinyTask } from "../testing/train/tiny-task.ts";

let program: string;
const scratch = mkdtempSync(join(tmpdir(), "fovea-resume-"));
const folderFor = (name: string): string => join(scratch, name.replaceAll(":", "-"));

/** The final weights, and the measured numbers of every step without its times. */
function resultOf(folder: string): { weights: Buffer; metrics: unknown[] } {
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
  const metrics = lines.map((line): unknown => {
    return { ...(JSON.parse(line) as Record<string, unknown>), took: 0, waited: 0 };
  });
  return { weights: readFileSync(join(folder, "model.safetensors")), metrics };
}

beforeAll(async () => {
  program = await bundleProgram("train/killed-run.node.ts");
  await runTiny(folderFor("whole"));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
  rmSync(program);
});

const moments: readonly Moment[] = [
  "after-step:1", //    before any checkpoint
  "after-step:5", //    between checkpoints
  "within-step:8",
  "before-write:1",
  "half-written:2",
  "before-rename:2", // the first checkpoint stays the newest
  "after-rename:3", //  the record still says less than the checkpoint
  "in-record:3",
  "after-step:12", //   all steps made, the last checkpoint not written
  "after-rename:4", //  the last checkpoint written, the model not
];

test.each(moments)("killed %s, a run goes on to the same bytes", async (moment) => {
  const folder = folderFor(moment);
  const { signal, stderr } = spawnSync(process.execPath, [program, folder, moment], { encoding: "utf8" });
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
  expect(readdirSync(folder)).not.toContain("model.safetensors");

  expect(await runTiny(folder)).toBe(12);
  const [whole, resumed] = [resultOf(folderFor("whole")), resultOf(folder)];
  expect(resumed.metrics).toEqual(whole.metrics);
  expect(resumed.weights.equals(whole.weights)).toBe(true);
  expect(readdirSync(join(folder, "checkpoints"))).toEqual(["step-00000009.safetensors", "step-00000012.safetensors"]);
});

test.each(["as the graph is compiled", "in the dry batch"])("aborted %s, a run keeps nothing new", async (moment) => {
  const folder = folderFor(moment);
  const abort = async (): Promise<number> => {
    const controller = new AbortController();
    const batches: TrainingTask["batches"] = (...args) => {
      if (moment === "in the dry batch") controller.abort(); // which is what the first batch is for
      return tinyTask.batches(...args);
    };
    return runTiny(folder, ({ kind }) => kind === "compiled" && moment !== "in the dry batch" && controller.abort(), {
      signal: controller.signal,
      task: { ...tinyTask, batches },
    });
  };
  expect(await abort()).toBe(0);
  expect(readdirSync(folder)).not.toContain("checkpoints");
  const controller = new AbortController();
  await runTiny(folder, (event) => event.kind === "checkpoint" && controller.abort(), { signal: controller.signal });
  const kept = readdirSync(join(folder, "checkpoints"));
  expect(await abort()).toBe(4); // the signal came with the checkpoint of step 3, so that step 4 was under way
  expect(readdirSync(join(folder, "checkpoints"))).toEqual(kept);
  await runTiny(folder);
  expect(resultOf(folder)).toEqual(resultOf(folderFor("whole")));
});

test("an aborted run writes a checkpoint and goes on to the same bytes", async () => {
  const folder = folderFor("aborted");
  const controller = new AbortController();
  const step = await runTiny(
    folder,
    (event) => event.kind === "step" && event.report.step === 4 && controller.abort(),
    { signal: controller.signal },
  );
  expect(step).toBe(4);
  expect(readdirSync(join(folder, "checkpoints"))).toEqual(["step-00000003.safetensors", "step-00000004.safetensors"]);
  await runTiny(folder);
  expect(resultOf(folder)).toEqual(resultOf(folderFor("whole")));
});

describe("a run that spoils its weights", () => {
  const each = overrideRecipe(tinyRecipe, ["checkpoint.every=1"]);
  const spoiling = overrideRecipe(each, ["optimizer.lr=1e30", "optimizer.clip=1e30"]);
  /** Trains in a folder up to a step, which is written. */
  const upTo = async (last: number, folder: string, recipe: Recipe): Promise<void> => {
    const controller = new AbortController();
    const stop = (event: TrainEvent): unknown =>
      event.kind === "step" && event.report.step === last && controller.abort();
    await runTiny(folder, stop, { signal: controller.signal, recipe });
  };
  const checkpointsOf = (folder: string): string[] => readdirSync(join(folder, "checkpoints"));

  test("at its first step leaves no checkpoint", async () => {
    const folder = folderFor("spoilt at first");
    await expect(runTiny(folder, undefined, { recipe: spoiling })).rejects.toMatchObject({
      code: "LOSS_NOT_FINITE",
      message: expect.stringMatching(
        /^step 2: the loss is NaN\n {2}mend: no checkpoint is good: train again with a lower optimizer\.lr or optimizer\.clip$/,
      ) as unknown,
    });
    expect(checkpointsOf(folder)).toEqual([]);
  });

  test("removes their checkpoint, and keeps the one from which a run goes on to the same bytes", async () => {
    const folder = folderFor("spoilt later");
    await upTo(6, folder, each);
    await expect(runTiny(folder, undefined, { recipe: spoiling })).rejects.toMatchObject({
      code: "LOSS_NOT_FINITE",
      mend: "the checkpoint of step 6 is good, and stays: train again with a lower optimizer.lr or optimizer.clip",
    });
    expect(checkpointsOf(folder)).toEqual(["step-00000006.safetensors"]);
    expect(await runTiny(folder)).toBe(12);
    expect(resultOf(folder)).toEqual(resultOf(folderFor("whole")));
  });

  test("and ends before a loss has seen them says at the next start which checkpoint to remove", async () => {
    const folder = folderFor("spoilt unseen");
    await upTo(1, folder, spoiling);
    const bad = join(folder, "checkpoints", "step-00000001.safetensors");
    await expect(runTiny(folder)).rejects.toMatchObject({
      code: "DRY_BATCH_FAILED",
      message: `${bad}: the loss of the first batch is NaN\n  mend: no loss had seen its weights yet: remove it to go on from the one before it, or from the start if there is none`,
    });
    rmSync(bad);
    expect(await runTiny(folder)).toBe(12);
    expect(resultOf(folder)).toEqual(resultOf(folderFor("whole")));
  });
});
