import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { oneLine, recordOf } from "../sample-record.ts";
import { PictureFolder } from "./picture-folder.node.ts";
import type { SampleSink } from "./sample-sink.ts";

/**
 * Pictures in a folder, each with a `.txt` of its captions, one a line, and a `.json` of everything that is known.
 * @param folder is there and empty
 */
export function folderSink(folder: string): SampleSink {
  const pictures = new PictureFolder(folder);
  return {
    async write(sample, index) {
      await pictures.write(sample.pictures[0], index);
      const name = join(folder, await pictures.nameFor(index));
      const lines = sample.captions.map(({ text }) => `${oneLine(text)}\n`);
      if (lines.length > 0) await writeFile(`${name}.txt`, lines.join(""));
      await writeFile(`${name}.json`, `${JSON.stringify({ key: sample.key, ...recordOf(sample) }, undefined, 2)}\n`);
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
