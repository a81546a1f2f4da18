import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { parseJson } from "../json.ts";

/** Which process holds a lock; its number may be another's later, so the time at which it started is noted where the system tells it. */
const Holder = z.object({ pid: z.int().positive(), started: z.string().default("") });
type Holder = z.infer<typeof Holder>;

/**
 * Makes a file that stands for the right to write somewhere, and removes it when it is disposed. A file that a killed process of this machine
 * left is taken over.
 *
 * @param busy the error for a place that the process `pid` is writing to
 * @throws what `busy` makes, and what the file system says if the file cannot be made
 */
export async function lockFile(path: string, busy: (pid: number) => Error): Promise<AsyncDisposable> {
  for (;;) {
    if (await create(path)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    const holder = await holderOf(path);
    if (holder === "gone") continue;
    if (holder !== "unknown" && (await isRunning(holder))) throw busy(holder.pid);
    await removeLeft(path);
  }
}

/** Makes the lock file of this process, unless there is one. */
async function create(path: string): Promise<boolean> {
  const text = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Who made a lock file; unknown if a process was killed between making and writing it. */
async function holderOf(path: string): Promise<Holder | "gone" | "unknown"> {
  for (let tries = 0; tries < 50; tries++) {
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      if (!isCode(error, "ENOENT")) throw error;
    });
    if (text === undefined) return "gone";
    const holder = Holder.safeParse(parseJson(text));
    if (holder.success) return holder.data;
    await wait(40);
  }
  return "unknown";
}

/** Removes a lock file whose holder does not run. One process at a time looks and removes, or it might be a newer file that goes. */
async function removeLeft(path: string): Promise<void> {
  const turn = `${path}.turn`;
  try {
    await mkdir(turn);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return waitForTurn(turn);
  }
  try {
    const holder = await holderOf(path);
    if (holder === "unknown" || (holder !== "gone" && !(await isRunning(holder)))) await rm(path, { force: true });
  } finally {
    await rm(turn, { recursive: true, force: true });
  }
}

/** Waits until a turn ends, which takes some milliseconds; one that takes ten seconds is of a process that was killed. */
async function waitForTurn(turn: string): Promise<void> {
  const madeAt = (): Promise<number> =>
    stat(turn).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const made = await madeAt();
  for (let tries = 0; tries < 500; tries++) {
    await wait(20);
    if ((await madeAt()) !== made) return;
  }
  await rm(turn, { recursive: true, force: true });
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, "EPERM")) return false; // EPERM: it is another user's
  }
  const since = await startOf(pid);
  return since === "" || started === "" || since === started;
}

/** When a process was started, in the system's clock ticks; empty where that is not told, `ended` if it only waits to be noticed. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // after the name, which may hold anything: field 3 and on
  return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
