import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Position } from "../data/loader/plan.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { InputError } from "../platform/error.ts";
import { parseJson } from "../platform/json.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { makeFolder } from "../platform/node/writing.ts";
import type { HostTensor } from "../platform/session.ts";

/** Everything that a run needs to go on as if it had never stopped. Random numbers follow from the seed and the step. */
export interface Checkpoint {
  /** Updates made. */
  readonly step: number;
  /** Where the data goes on. */
  readonly position: Position;
  /** Bytes of `metrics.jsonl` and of `dropped.jsonl` up to this step. */
  readonly metricsBytes: number;
  readonly droppedBytes: number;
  /** Lowest validation loss up to this step, and its step. */
  readonly best: { readonly step: number; readonly loss: number } | null;
  /** Weights, averages and optimizer state, by kind and name: `weights/...`, `average/...`, `optimizer/...`. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

const Metadata = z.object({
  step: z.int().nonnegative(),
  position: z.object({ epoch: z.int().nonnegative(), batch: z.int().nonnegative() }),
  metricsBytes: z.int().nonnegative(),
  droppedBytes: z.int().nonnegative(),
  best: z.object({ step: z.int(), loss: z.number() }).nullable(),
});

/** How a run goes on that a full disk ended: the error's text says it. */
export const byResume = "go on with --resume";

const fileName = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;
const stepOf = (name: string): number => Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? NaN);

/**
 * The checkpoints of a run: one safetensors file each. A file appears under its name whole and flushed to disk, or not at
 * all, so a run may be killed at any moment and its newest file is whole. That the weights in it are good, the next step
 * tells: until then the one before it stays too.
 */
export class CheckpointStore {
  readonly #folder: string;
  readonly #keep: number;

  /** @param keep newest checkpoints that stay, at least two; the best one stays too */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = Math.max(2, keep);
  }

  /**
   * Writes a checkpoint, then removes those that need not stay, and what killed writes left behind.
   * @throws {InputError} FILE_NOT_WRITABLE
   */
  async write(checkpoint: Checkpoint): Promise<void> {
    const { tensors, ...state } = checkpoint;
    await makeFolder(this.#folder, byResume);
    const bytes = writeSafetensors(tensors, { fovea: JSON.stringify(state) });
    await writeAtomic(this.path(state.step), bytes, byResume);
    await this.#tidy(state.best?.step);
  }

  /**
   * Removes the checkpoint of a step, if there is one: its weights turned out to be bad.
   * @returns the newest step that has one now, whose weights a loss has seen
   */
  async discard(step: number): Promise<number | undefined> {
    await rm(this.path(step), { force: true });
    return (await this.steps()).at(-1);
  }

  /** Where the checkpoint of a step is. */
  path(step: number): string {
    return join(this.#folder, fileName(step));
  }

  /** Removes all files but the newest checkpoints and the best one. */
  async #tidy(best: number | undefined): Promise<void> {
    const steps = await this.steps();
    const stay = new Set([...steps.slice(-this.#keep), best].map((step) => fileName(step ?? -1)));
    for (const name of await readdir(this.#folder))
      if (!stay.has(name)) await rm(join(this.#folder, name), { force: true });
  }

  /** The steps that have a checkpoint, ascending. */
  async steps(): Promise<number[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .map(stepOf)
      .filter((step) => !Number.isNaN(step))
      .sort((a, b) => a - b);
  }

  /**
   * The newest checkpoint, to go on from, or `undefined` if there is none; removes what a kill just after its writing
   * kept from being removed.
   * @throws {InputError} CHECKPOINT_FOREIGN and the codes of `readSafetensors`
   */
  async newest(): Promise<Checkpoint | undefined> {
    const step = (await this.steps()).at(-1);
    if (step === undefined) return undefined;
    const checkpoint = await this.read(step);
    await this.#tidy(checkpoint.best?.step);
    return checkpoint;
  }

  /** The checkpoint of a step. @throws {InputError} CHECKPOINT_FOREIGN and the codes of `readSafetensors` */
  async read(step: number): Promise<Checkpoint> {
    const path = this.path(step);
    const { tensors, metadata } = readSafetensors(new Uint8Array(await readFile(path)), path);
    const parsed = Metadata.safeParse(parseJson(metadata["fovea"] ?? ""));
    if (!parsed.success)
      throw new InputError("CHECKPOINT_FOREIGN", path, "it is not a training checkpoint of Fovea", "remove the file");
    return { ...parsed.data, tensors };
  }
}
