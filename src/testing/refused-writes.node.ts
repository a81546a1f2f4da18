/**
 * A program that writes where the file system refuses it: `node refused-writes.mjs FULL READ-ONLY CLIP`, the folders of two
 * file systems and of a model. It prints as JSON what each attempt threw, and what it left behind.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { hostTensor } from "../engine/host-tensor.ts";
import { exportOnnx } from "../models/export.node.ts";
import { InputError } from "../platform/error.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { makeFolder } from "../platform/node/writing.ts";
import { lockIndex } from "../search/index-folder.node.ts";
import { CheckpointStore } from "../train/checkpoint.node.ts";
import { LineLog } from "../train/line-log.node.ts";

const [full = "", readOnly = "", clip = ""] = process.argv.slice(2);
const large = 2 ** 20; // more than there is space for

const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
  file: () => writeAtomic(join(full, "file"), new Uint8Array(large)),
  checkpoint: () =>
    new CheckpointStore(join(full, "checkpoints"), 1).write({
      step: 3,
      position: { epoch: 0, batch: 3 },
      metricsBytes: 0,
      droppedBytes: 0,
      best: null,
      tensors: new Map([["weights/a", hostTensor("float32", [large / 4], new Float32Array(large / 4))]]),
    }),
  export: () => exportOnnx(clip, { out: join(full, "exported") }),
  lines: async () => {
    await using log = await LineLog.open(join(full, "metrics.jsonl"), 0);
    await log.append({ text: "x".repeat(large) });
  },
  "read-only file": () => writeAtomic(join(readOnly, "file"), "x"),
  "read-only folder": () => makeFolder(join(readOnly, "a", "b")),
  "read-only index": () => lockIndex(join(readOnly, "index")),
};

const results: Record<string, unknown> = {};
for (const [name, attempt] of Object.entries(attempts))
  results[name] = await attempt().then(
    () => "written",
    (error: unknown) => (error instanceof InputError ? error : String(error)),
  );
const left = await readdir(full, { recursive: true });
process.stdout.write(JSON.stringify({ results, left: left.toSorted() }));
