import * as z from "zod";
import { InputError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { readSafetensors } from "./safetensors.ts";

/** Reads a file of a model's folder by its name; `undefined` if there is none. */
export type FolderReader = (name: string) => Promise<Uint8Array | undefined>;

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
  const whole = await read("model.safetensors");
  if (whole) {
    yield* readSafetensors(whole, "model.safetensors").tensors;
    return;
  }
  const index = await read(indexName);
  if (!index) {
    const found = `there is neither model.safetensors nor ${indexName}`;
    throw new InputError("CHECKPOINT_MISSING", "readCheckpoint", found, "give the folder that holds them");
  }
  for (const [shard, names] of shardsOf(index)) {
    const bytes = await read(shard);
    if (!bytes)
      throw new InputError("CHECKPOINT_SHARD_MISSING", shard, `${indexName} lists it, the folder has it not`, again);
    const { tensors } = readSafetensors(bytes, shard);
    for (const name of names) {
      const tensor = tensors.get(name);
      if (!tensor)
        throw new InputError(
          "CHECKPOINT_TENSOR_MISSING",
          shard,
          `${indexName} says that it holds ${name}, it does not`,
          again,
        );
      yield [name, tensor];
    }
  }
}

const indexName = "model.safetensors.index.json";
const again = "fetch the checkpoint again";

/** The names of the tensors in each file. */
function shardsOf(index: Uint8Array): Map<string, string[]> {
  const shards = new Map<string, string[]>();
  for (const [name, shard] of Object.entries(parseIndex(index))) {
    if (!/^[\w-][\w.-]*\.safetensors$/.test(shard)) {
      const found = `tensor ${name} is said to be in ${JSON.stringify(shard)}, which is not the name of a safetensors file`;
      throw new InputError("CHECKPOINT_INDEX_INVALID", indexName, found, again);
    }
    const names = shards.get(shard);
    if (names) names.push(name);
    else shards.set(shard, [name]);
  }
  return shards;
}

function parseIndex(bytes: Uint8Array): Readonly<Record<string, string>> {
  try {
    return ShardIndex.parse(JSON.parse(new TextDecoder().decode(bytes))).weight_map;
  } catch (cause) {
    throw new InputError(
      "CHECKPOINT_INDEX_INVALID",
      indexName,
      "it has no map from tensor names to file names",
      again,
      { cause },
    );
  }
}
