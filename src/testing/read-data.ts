import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openData, type OpenDataOptions } from "../data/formats/open-data.node.ts";
import type { Sample } from "../data/sample.ts";

/** Real data sets and pictures for tests. */
export const dataFixtures = new URL("../../fixtures/data/", import.meta.url).pathname;

/** A file of the fixtures' pictures. */
export const pictureFile = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(dataFixtures, "pictures", name)));

/** Everything at `path`: the samples, and what was left out, as "key REASON". */
export async function readAll(
  path: string,
  options?: Partial<OpenDataOptions>,
): Promise<{ samples: Sample[]; drops: string[] }> {
  const [samples, drops]: [Sample[], string[]] = [[], []];
  const onDrop = (key: string, why: string): void => void drops.push(`${key} ${why}`);
  for await (const sample of openData(path, { onDrop, ...options })) samples.push(sample);
  return { samples, drops };
}

/** These items as a stream. */
export async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
