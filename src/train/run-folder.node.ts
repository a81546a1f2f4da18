import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeSafetensors } from "../io/safetensors.ts";
import { InputError } from "../platform/error.ts";
import { parseJson } from "../platform/json.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { makeFolder } from "../platform/node/writing.ts";
import type { HostTensor } from "../platform/session.ts";
import { byResume, CheckpointStore } from "./checkpoint.node.ts";
import { RunRecord } from "./run-record.ts";

const pretty = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The folder that a training run writes: the model in Hugging Face's format, and everything to judge and repeat it. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** A file of the folder. */
  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** What the run goes on from. @param keep newest checkpoints that stay */
  checkpoints(keep: number): CheckpointStore {
    return new CheckpointStore(this.at("checkpoints"), keep);
  }

  /** `run.json`, or `undefined` if there is none. @throws {InputError} RUN_RECORD_INVALID */
  async record(): Promise<RunRecord | undefined> {
    const path = this.at("run.json");
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const parsed = RunRecord.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const found = z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " ");
    throw new InputError("RUN_RECORD_INVALID", path, found, "train into another folder, or remove this one");
  }

  /** Writes `run.json`. @throws {InputError} FILE_NOT_WRITABLE */
  async writeRecord(record: RunRecord): Promise<void> {
    await makeFolder(this.path);
    await writeAtomic(this.at("run.json"), pretty(record), byResume);
  }

  /** Writes JSON files by name. @throws {InputError} FILE_NOT_WRITABLE */
  async writeJson(files: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [name, value] of Object.entries(files)) await writeAtomic(this.at(name), pretty(value), byResume);
  }

  /** Writes `model.safetensors`. @throws {InputError} FILE_NOT_WRITABLE */
  async writeWeights(tensors: ReadonlyMap<string, HostTensor>): Promise<void> {
    await writeAtomic(this.at("model.safetensors"), writeSafetensors(tensors), byResume);
  }
}
