/**
 * A program that trains the tiny task and dies by SIGKILL at a given moment: `node killed-run.mjs FOLDER MOMENT`.
 * It replaces functions of `node:fs/promises` before the training imports them, so that it can die inside a write.
 */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** When to die. The numbers count checkpoint writes, or steps; the batch after `within-step` is asked for while the step runs. */
export type Moment =
  | `within-step:${number}`
  | `after-step:${number}`
  | `before-write:${number}`
  | `half-written:${number}`
  | `before-rename:${number}`
  | `after-rename:${number}`
  | `in-record:${number}`;

const [folder = "", moment = ""] = process.argv.slice(2);
const [what, at = ""] = moment.split(":");
const die = (): never => {
  process.kill(process.pid, "SIGKILL");
  for (;;); // the signal may take a moment
};
const counts = new Map<string, number>();
/** Whether this is the counted occasion of the moment asked for. */
const isNow = (occasion: string): boolean => {
  const count = (counts.get(occasion) ?? 0) + 1;
  counts.set(occasion, count);
  return occasion === what && count === Number(at);
};

const { open, rename } = fs;
fs.open = async (...args) => {
  const file = await open(...args);
  const path = String(args[0]);
  const writeFile = file.writeFile.bind(file);
  if (/checkpoints.*\.tmp$/.test(path))
    file.writeFile = async (data, ...rest) => {
      if (isNow("before-write")) die();
      if (isNow("half-written")) {
        await writeFile((data as Uint8Array).subarray(0, (data as Uint8Array).length / 2), ...rest);
        die();
      }
      await writeFile(data, ...rest);
    };
  if (/run\.json.*\.tmp$/.test(path))
    file.writeFile = async (...rest) => {
      await writeFile(...rest);
      if (isNow("in-record")) die();
    };
  return file;
};
fs.rename = async (from, to) => {
  const isCheckpoint = String(to).includes("checkpoints");
  if (isCheckpoint && isNow("before-rename")) die();
  await rename(from, to);
  if (isCheckpoint && isNow("after-rename")) die();
};
syncBuiltinESMExports();

const { runTiny } = await import("./tiny-run.node.ts");
const { tinyTask } = await import("./tiny-task.ts");
const task: typeof tinyTask = {
  ...tinyTask,
  batches: (start, ledger) => {
    const source = tinyTask.batches(start, ledger);
    let asked = 0;
    return { next: () => (what === "within-step" && ++asked === Number(at) + 1 ? die() : source.next()) };
  },
};
await runTiny(
  folder,
  (event) => {
    if (event.kind === "step" && isNow("after-step")) die();
  },
  { task },
);
