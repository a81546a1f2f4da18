import type { Recipe } from "../../train/recipe.ts";
import { RunFolder } from "../../train/run-folder.node.ts";
import type { RunRecord } from "../../train/run-record.ts";
import { trainTask, type TrainEvent } from "../../train/train-task.node.ts";
import type { TrainingTask } from "../../train/tasks/task.ts";
import { tinyRecipe, tinyTask } from "./tiny-task.ts";

const newRecord: RunRecord = {
  recipe: tinyRecipe,
  command: "test",
  version: "0.0.0",
  machine: { processor: "", processors: 2, memory: 1, system: "", node: "", onnxruntime: "" },
  threads: 2,
  started: "2025-01-01T00:00:00.000Z",
  status: "training",
  step: 0,
  seconds: 0,
};

/** Trains the tiny task in a folder, or goes on with what was begun there. @returns the updates made */
export async function runTiny(
  path: string,
  onEvent: (event: TrainEvent) => void = () => {},
  {
    signal,
    task = tinyTask,
    recipe = tinyRecipe,
  }: { readonly signal?: AbortSignal; readonly task?: TrainingTask; readonly recipe?: Recipe } = {},
): Promise<number> {
  const folder = new RunFolder(path);
  const record = (await folder.record()) ?? newRecord;
  await folder.writeRecord(record);
  const options = { folder, record, clock: () => performance.now(), ...(signal && { signal }) };
  const run = trainTask(task, recipe, options);
  for (;;) {
    const { value, done } = await run.next();
    if (done === true) return value;
    onEvent(value);
  }
}
