import { openData } from "../../data/formats/open-data.node.ts";
import { batches, type Batch, type LoaderOptions } from "../../data/loader/batches.ts";
import type { PairSource } from "../../data/loader/pair-source.ts";
import { sampleSource } from "../../data/loader/sample-source.ts";
import { packSource } from "../../data/pack/pack-source.node.ts";
import { isPack, Pack } from "../../data/pack/pack.node.ts";
import type { OnDrop, Sample } from "../../data/sample.ts";
import { fold, key, uniform, type Key } from "../../engine/random.ts";
import type { Recipe } from "../recipe.ts";

/** A recipe for pictures and captions of one's own. */
export type PairsRecipe = Recipe & { readonly data: { readonly kind: "pairs" } };

/** Told of what is used and what is left out. */
interface Ledger {
  readonly keep: () => void;
  readonly drop: OnDrop;
}

/**
 * Batches of the pairs that train, or of those that are kept for validation: each pair's name decides. A pack is read by number, other
 * data as a stream.
 */
export async function* pairBatches(
  recipe: PairsRecipe,
  part: "training" | "validation",
  { keep, drop }: Ledger,
  options: LoaderOptions,
): AsyncGenerator<Batch> {
  const { data } = recipe;
  const isIn = chooser(recipe, part);
  const loading = { ...options, onDrop: drop };
  if (!(await isPack(data.path))) {
    const open = (order: Key): AsyncIterable<Sample> => openData(data.path, { onDrop: drop, shardOrder: order });
    yield* batches(
      selected(
        sampleSource((order) => filtered(open(order), isIn), data.shuffle),
        keep,
      ),
      loading,
    );
    return;
  }
  const pack = await Pack.open(data.path);
  try {
    const numbers = Uint32Array.from({ length: pack.count }, (_, at) => at);
    const kept = data.validation > 0 ? numbers.filter((at) => isIn(pack.sample(at).key)) : numbers;
    yield* batches(selected(packSource(pack, kept), keep), loading);
  } finally {
    pack.close();
  }
}

/** How many pairs a part has, counted up to `atMost`; no picture is read. */
export async function countPairs(
  recipe: PairsRecipe,
  part: "training" | "validation",
  atMost: number,
): Promise<number> {
  const isIn = chooser(recipe, part);
  let count = 0;
  for await (const { key: name } of captioned(recipe.data.path)) if (isIn(name) && ++count === atMost) break;
  return count;
}

/** Whether a pair is in a part, by its name. */
const chooser =
  ({ seed, data }: PairsRecipe, part: "training" | "validation") =>
  (name: string): boolean =>
    uniform(fold(key(seed), "validation", name), 1)[0]! < data.validation === (part === "validation");

async function* filtered(samples: AsyncIterable<Sample>, isIn: (name: string) => boolean): AsyncGenerator<Sample> {
  for await (const sample of samples) if (isIn(sample.key)) yield sample;
}

/** Counts the pairs of a source as they come. */
const selected = <T>(source: PairSource<T>, keep: () => void): PairSource<T> => ({
  ...source,
  async *pairs(order) {
    for await (const pair of source.pairs(order)) {
      keep();
      yield pair;
    }
  },
});

/** Texts that a new tokenizer learns from: all captions, up to a number that is enough for one. */
export async function pairTexts(path: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { captions } of captioned(path)) {
    for (const { text } of captions) texts.push(text);
    if (texts.length >= 200_000) break;
  }
  return texts;
}

/** The name and the captions of each sample. */
async function* captioned(path: string): AsyncGenerator<Pick<Sample, "key" | "captions">> {
  if (!(await isPack(path))) {
    yield* openData(path, { onDrop: () => {} });
    return;
  }
  const pack = await Pack.open(path);
  try {
    for (let at = 0; at < pack.count; at++) yield pack.sample(at);
  } finally {
    pack.close();
  }
}
