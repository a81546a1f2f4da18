import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AtomicFile } from "../formats/atomic-file.node.ts";
import { tarEnd, tarEntry } from "./tar.ts";

/** The files of one sample by their endings, e.g. `jpg`, `txt` and `json`. */
export type SampleFiles = Readonly<Record<string, Uint8Array>>;

/** Where a shard's samples go. Nothing is seen of them before `commit`; without it nothing is left. */
export interface ShardSink extends AsyncDisposable {
  readonly add: (key: string, files: SampleFiles) => Promise<void>;
  readonly commit: () => Promise<void>;
}

/** A WebDataset shard. */
export async function tarSink(path: string): Promise<ShardSink> {
  const file = await AtomicFile.create(path);
  return {
    add: async (key, files) => {
      for (const [ending, content] of Object.entries(files)) await file.write(tarEntry(`${key}.${ending}`, content));
    },
    commit: async () => {
      await file.write(tarEnd());
      await file.commit();
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** A folder of files. */
export async function folderSink(path: string): Promise<ShardSink> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await mkdir(temporary);
  return {
    add: async (key, files) => {
      for (const [ending, content] of Object.entries(files))
        await writeFile(join(temporary, `${key}.${ending}`), content);
    },
    commit: async () => {
      await rm(path, { recursive: true, force: true }); // of a run that was killed before it could say that it is whole
      await rename(temporary, path);
    },
    [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
  };
}
