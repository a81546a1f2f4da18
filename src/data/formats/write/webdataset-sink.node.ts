import { join } from "node:path";
import { tarEnd, tarEntry } from "../../download/tar.ts";
import { AtomicFile } from "../atomic-file.node.ts";
import { oneLine, recordOf } from "../sample-record.ts";
import { fileNumber, type SampleSink, type ShardState } from "./sample-sink.ts";

/**
 * WebDataset shards as img2dataset writes them: `00000.tar` with `000000000.jpg`, `.txt` and `.json`; frames are `000000000.0.jpg`, ...
 * Hugging Face's `datasets` loads shards in which every sample has the same kinds of files: of pictures of one format, all with captions.
 * @param path a folder, or, if `shardSize` is absent, the one shard
 * @param before shards that are there already: indices begin after them
 */
export function webDatasetSink(path: string, shardSize?: number, before: ShardState = { whole: 0 }): SampleSink {
  let shard: AtomicFile | undefined;
  let { whole } = before;
  const finish = async (): Promise<void> => {
    if (shard === undefined) return;
    await shard.write(tarEnd());
    await shard.commit();
    shard = undefined;
    whole++;
  };
  return {
    async write(sample, index) {
      if (shardSize !== undefined && index % shardSize === 0) await finish();
      shard ??= await AtomicFile.create(
        shardSize === undefined ? path : join(path, `${fileNumber(Math.floor(index / shardSize), 5)}.tar`),
      );
      const name = fileNumber(index);
      for (const [frame, { bytes, ending }] of sample.pictures.entries())
        await shard.write(tarEntry(`${name}.${sample.pictures.length > 1 ? `${frame}.` : ""}${ending}`, bytes));
      const text = new TextEncoder();
      const lines = sample.captions.map((caption) => oneLine(caption.text)).join("\n");
      if (lines !== "") await shard.write(tarEntry(`${name}.txt`, text.encode(lines)));
      const record = JSON.stringify({ key: sample.key, ...recordOf(sample) });
      await shard.write(tarEntry(`${name}.json`, text.encode(record)));
    },
    close: finish,
    shards: () => ({ whole }),
    [Symbol.asyncDispose]: async () => shard?.[Symbol.asyncDispose](),
  };
}
