import { writeAtomic } from "../../platform/node/files.ts";
import { writeData, type WriteDataOptions } from "../formats/write-data.node.ts";
import type { Sample } from "../sample.ts";
import { encodePng } from "./encode-png.node.ts";
import { generator } from "./scene.ts";
import type { World } from "./world.ts";

/** How a world is written. */
export interface WriteWorldOptions extends Pick<WriteDataOptions, "format" | "shardSize" | "overwrite" | "signal"> {
  /** Told after each item, with how many samples there are. */
  readonly onProgress?: (items: number, samples: number) => void;
}

/** What was written. */
export interface WrittenWorld {
  readonly items: number;
  readonly samples: number;
  /** The side file that tells how the world was made. */
  readonly card: string;
}

/**
 * Writes all samples of a world as a data set, and beside it `PATH.world.json`: the whole recipe, and that all of it is synthetic.
 * @throws {InputError} DATA_EXISTS, FILE_NOT_WRITABLE
 */
export async function writeWorld(world: World, path: string, options: WriteWorldOptions = {}): Promise<WrittenWorld> {
  const { onProgress = () => {}, ...rest } = options;
  const onDrop = (key: string, reason: string): void => {
    throw new Error(`${key}: ${reason}`); // decoded pictures can be encoded
  };
  const samples = await writeData(inSteps(world, onProgress), path, {
    ...rest,
    origin: JSON.stringify([generator, world.spec]),
    onDrop,
  });
  const card = `${path.replace(/[/\\]+$/, "")}.world.json`;
  const items = world.spec.count;
  await writeAtomic(
    card,
    `${JSON.stringify({ synthetic: true, generator, items, samples, spec: world.spec }, undefined, 2)}\n`,
  );
  return { items, samples, card };
}

async function* inSteps(world: World, onProgress: (items: number, samples: number) => void): AsyncGenerator<Sample> {
  let samples = 0;
  for (let index = 0; index < world.spec.count; index++) {
    for (const sample of world.item(index)) {
      yield encoded(sample);
      samples++;
    }
    onProgress(index + 1, samples);
  }
}

/** The sample with its pictures as files, which are made while the next ones are drawn. */
function encoded({ image, frames = [image], ...rest }: Sample): Sample {
  const files = frames.map((picture) => ("data" in picture ? { read: () => encodePng(picture) } : picture));
  return { ...rest, image: files[0] ?? image, ...(files.length > 1 && { frames: files }) };
}
