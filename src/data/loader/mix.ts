import { fold, integer, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import type { PairSource, PartialImage, PictureSize, StoredPicture, Wanted } from "./pair-source.ts";

/** A pair of one of several sources, with what its source knows of it. */
export interface MixedPair {
  readonly id: string;
  readonly group: number | string;
  readonly visit: number;
  readonly image: (wanted: Wanted) => PartialImage | Promise<PartialImage>;
  readonly caption: (key: Key) => string;
  readonly size: () => PictureSize | undefined | Promise<PictureSize | undefined>;
  readonly stored: () => StoredPicture | undefined;
  readonly onVerified: () => void;
  /** Where {@link MixPart.planes} says that the source keeps pictures ready. */
  readonly readPlanes: (target: Uint8Array) => Promise<void>;
}

/** One source of a mixture; made by {@link mixPart}. */
export interface MixPart {
  readonly name: string;
  readonly weight: number;
  /** Extents of the pictures, if the source keeps them ready. */
  readonly planes?: PictureSize;
  /** Pairs of one pass. */
  readonly open: (order: Key, pass: number) => AsyncGenerator<MixedPair>;
}

/**
 * A source as part of a mixture.
 * @param name   precedes the ids of its pairs
 * @param weight how much of it there is before temperature; the usual one is the number of its pairs
 */
export function mixPart<T>(name: string, source: PairSource<T>, weight: number): MixPart {
  return {
    name,
    weight,
    ...(source.planes && { planes: source.planes }),
    async *open(order, pass) {
      for await (const pair of source.pairs(order)) {
        yield {
          id: `${name}/${source.id(pair)}`,
          group: source.group(pair),
          visit: pass,
          image: (wanted) => source.image(pair, wanted),
          caption: (key) => source.caption(pair, key),
          size: () => source.size?.(pair),
          stored: () => source.stored?.(pair),
          onVerified: () => source.onVerified?.(pair),
          readPlanes: async (target) => source.planes?.read(pair, target),
        };
      }
    },
  };
}

/** How sources are mixed. */
export interface MixOptions {
  /** Pairs in an epoch. */
  readonly length: number;
  /**
   * 1 takes sources by their weights, more makes small ones weigh more, without bound all alike: a source's share is proportional to
   * `weight^(1 / temperature)`; 1 if absent.
   */
  readonly temperature?: number;
}

/**
 * One source made of several. Every epoch takes the same number of pairs of each, to the rounding of a pair, in random order: so a source
 * whose share is its size is seen once in an epoch, one that is asked for more begins again in another order, and one that is asked for
 * less gives other pairs in the next epoch.
 *
 * @throws {InputError} MIX_INVALID, and while it is read DATA_EMPTY (a source without pairs)
 * @see Raffel et al. 2020 (T5), https://arxiv.org/abs/1910.10683, section 3.5.2: temperature-scaled mixing
 */
export function mixSources(parts: readonly MixPart[], { length, temperature = 1 }: MixOptions): PairSource<MixedPair> {
  const quotas = mixQuotas(
    parts.map(({ weight }) => weight),
    length,
    temperature,
  );
  return {
    pairs: (order) => mixed(parts, quotas, order),
    id: ({ id }) => id,
    group: ({ group }) => group,
    image: ({ image }, wanted) => image(wanted),
    caption: ({ caption }, key) => caption(key),
    size: ({ size }) => size(),
    visit: ({ visit }) => visit,
    stored: ({ stored }) => stored(),
    onVerified: ({ onVerified }) => onVerified(),
    ...planesOf(parts),
  };
}

/** Pictures are ready if all sources keep them, at one size. */
function planesOf(parts: readonly MixPart[]): Pick<PairSource<MixedPair>, "planes"> {
  const [first] = parts.map(({ planes }) => planes);
  if (first === undefined) return {};
  const { width, height } = first;
  if (parts.some(({ planes }) => planes?.width !== width || planes.height !== height)) return {};
  return { planes: { width, height, read: ({ readPlanes }, target) => readPlanes(target) } };
}

/**
 * Pairs of each source in an epoch of `length`: proportional to `weight^(1 / temperature)`, rounded by largest remainders.
 * @throws {InputError} MIX_INVALID
 */
export function mixQuotas(weights: readonly number[], length: number, temperature: number): number[] {
  const wrong = (found: string, mend: string): InputError => new InputError("MIX_INVALID", "mixture", found, mend);
  if (!(temperature > 0)) throw wrong(`a temperature of ${temperature}`, "give one above 0");
  const bad = weights.find((weight) => !(weight > 0 && weight < Infinity));
  if (bad !== undefined || weights.length === 0)
    throw wrong(
      bad === undefined ? "no source" : `a weight of ${bad}`,
      "give at least one source, of a weight above 0",
    );
  const largest = Math.max(...weights);
  const scaled = weights.map((weight) => (weight / largest) ** (1 / temperature)); // relative, so that no power overflows
  const sum = scaled.reduce((total, share) => total + share, 0);
  const exact = scaled.map((share) => (share / sum) * length);
  const quotas = exact.map(Math.floor);
  const missing = length - quotas.reduce((total, quota) => total + quota, 0);
  const byRemainder = exact.map((share, i) => [share - quotas[i]!, i] as const).sort((a, b) => b[0] - a[0]);
  for (const [, i] of byRemainder.slice(0, missing)) quotas[i]!++;
  return quotas;
}

/** Draws sources without replacement from their quotas: each order of them is equally likely. */
async function* mixed(parts: readonly MixPart[], quotas: readonly number[], order: Key): AsyncGenerator<MixedPair> {
  const left = [...quotas];
  const streams = parts.map((part) => endless(part, fold(order, "mix", part.name)));
  try {
    for (let remaining = left.reduce((sum, quota) => sum + quota, 0); remaining > 0; remaining--) {
      let draw = integer(fold(order, "source", remaining), remaining);
      let chosen = 0;
      while (draw >= left[chosen]!) draw -= left[chosen++]!;
      left[chosen]!--;
      const { value } = await streams[chosen]!.next();
      if (value !== undefined) yield value;
    }
  } finally {
    for (const stream of streams) await stream.return(undefined); // closes what they read from
  }
}

/** The pairs of a source, pass after pass. */
async function* endless({ name, open }: MixPart, order: Key): AsyncGenerator<MixedPair, undefined> {
  for (let pass = 0; ; pass++) {
    let isEmpty = true;
    for await (const pair of open(fold(order, pass), pass)) {
      isEmpty = false;
      yield pair;
    }
    if (isEmpty) throw new InputError("DATA_EMPTY", name, "the source has no pairs", "leave it out, or check its path");
  }
}
