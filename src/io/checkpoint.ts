import * as z from "zod";
import { InputError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { readSafetensors } from "./safetensors.ts";

/** Reads a file of a model's folder by its name; `undefined` if there is none. */
export interface FolderReader {
  (name: string): Promise<Uint8Array | undefined>;
  /** Where the folder is, for errors. */
  readonly folder?: string;
}

/** `model.safetensors.index.json`: the file that holds each tensor. */
const ShardIndex = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * Yields every tensor of a model's folder, from `model.safetensors` or else from the files that
 * `model.safetensors.index.json` lists; one file is held at a time.
 *
 * @throws {InputError} CHECKPOINT_MISSING, CHECKPOINT_INDEX_INVALID, CHECKPOINT_SHARD_MISSING, CHECKPOINT_TENSOR_MISSING,
 *   and the codes of {@link readSafetensors}
 */
export async function* readCheckpoint(read: FolderReader): AsyncGenerator<readonly [name: string, tensor: HostTensor]> {
  const whole = await read(wholeName);
  if (whole) {
    yield* readSafetensors(whole, placeOf(read, wholeName)).tensors;
    return;
  }
  const index = await read(indexName);
  if (!index) {
    const found = `there is neither ${wholeName} nor ${indexName}`;
    const mend = "give a folder that holds weights in safetensors, or fetch a model of the Hub again by fovea pull";
    throw new InputError("CHECKPOINT_MISSING", read.folder ?? "the model's folder", found, mend);
  }
  for (const [shard, names] of shardsOf(index, placeOf(read, indexName))) {
    const where = placeOf(read, shard);
    const bytes = await read(shard);
    if (!bytes)
      throw new InputError("CHECKPOINT_SHARD_MISSING", where, `${indexName} lists it, the folder has it not`, again);
    const { tensors } = readSafetensors(bytes, where);
    for (const name of names) {
      const tensor = tensors.get(name);
      if (!tensor)
        throw new InputError(
          "CHECKPOINT_TENSOR_MISSING",
          where,
          `${indexName} says that it holds ${name}, it does not`,
          again,
        );
      yield [name, tensor];
    }
  }
}

const wholeName = "model.safetensors";
const indexName = "model.safetensors.index.json";
const again = "fetch the checkpoint again";

/** The path of a file of the folder, or its name where the reader does not tell the folder. */
const placeOf = ({ folder }: FolderReader, name: string): string => (folder === undefined ? name : `${folder}/${name}`);

/** The names of the tensors in each file. */
function shardsOf(index: Uint8Array, where: string): Map<string, string[]> {
  const shards = new Map<string, string[]>();
  for (const [name, shard] of Object.entries(parseIndex(index, where))) {
    if (!/^[\w-][\w.-]*\.safetensors$/.test(shard)) {
      const found = `tensor ${name} is said to be in ${JSON.stringify(shard)}, which is not the name of a safetensors file`;
      throw new InputError("CHECKPOINT_INDEX_INVALID", where, found, again);
    }
    const names = shards.get(shard);
    if (names) names.push(name);
    else shards.set(shard, [name]);
  }
  return shards;
}

function parseIndex(bytes: Uint8Array, where: string): Readonly<Record<string, string>> {
  try {
    return ShardIndex.parse(JSON.parse(new TextDecoder().decode(bytes))).weight_map;
  } catch (cause) {
    throw new InputError("CHECKPOINT_INDEX_INVALID", where, "it has no map from tensor names to file names", again, {
      cause,
    });
  }
}
