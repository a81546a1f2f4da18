import { InputError } from "../../platform/error.ts";
import { BatchComposer } from "./compose.ts";
import type { PictureSize } from "./pair-source.ts";

/** What the pairs of a batch have in common. */
export interface BatchShape extends PictureSize {
  /** Tokens that captions are padded or cut to, where they are gathered by length. */
  readonly textTokens?: number;
}

/** Batches of several shapes, each with as many pairs as a budget of tokens allows. */
export interface Buckets {
  /** Tokens in a batch at most, of pictures and captions together. */
  readonly budget: number;
  /** Shapes of pictures, see {@link pictureShapes}: a picture goes into the one whose aspect ratio is nearest its own. */
  readonly pictures: readonly PictureSize[];
  /** Side of a picture token in pixels; shapes are multiples of it. */
  readonly patch: number;
  /** Gathers captions of like length. Without it, captions cost nothing and are not looked at. */
  readonly text?: {
    /** Tokens of a caption. */
    readonly count: (caption: string) => number;
    /** Lengths that captions are padded to, in tokens: the smallest that holds it. Longer captions are cut to the largest. */
    readonly lengths: readonly number[];
  };
  /** Sizes of batches are multiples of this, so that they can be divided among so many ranks; 1 if absent. */
  readonly multiple?: number;
  /** What happens at the end of an epoch to batches that are not full: given out as they are, or dropped; `keep` if absent. */
  readonly rest?: "keep" | "drop";
}

/**
 * The shapes of at most `tokens` patches: for each number of columns as many rows as fit, from `1 / maxRatio` to `maxRatio` wide to high.
 * @param patch pixels
 * @see Dehghani et al. 2023 (NaViT), https://arxiv.org/abs/2307.06304: pictures keep their aspect ratio at one sequence length
 */
export function pictureShapes(tokens: number, patch: number, maxRatio: number): PictureSize[] {
  const shapes: PictureSize[] = [];
  for (let columns = 1; columns <= tokens; columns++) {
    const rows = Math.floor(tokens / columns);
    const ratio = columns / rows;
    if (ratio <= maxRatio && ratio >= 1 / maxRatio) shapes.push({ width: columns * patch, height: rows * patch });
  }
  return shapes;
}

/** The shape whose aspect ratio is nearest, by the logarithm; the first of equals. A picture of unknown size counts as square. */
export function nearestShape<S extends PictureSize>(
  { width, height }: PictureSize = { width: 1, height: 1 },
  shapes: readonly S[],
): S {
  const distance = (shape: S): number => {
    const ratio = (shape.width * height) / (shape.height * width);
    return Math.max(ratio, 1 / ratio); // grows with the logarithm's magnitude, and is the same for a ratio and its inverse
  };
  return shapes.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best));
}

/**
 * Gathers pairs by shape into batches of {@link Buckets.budget} tokens. Batches come out as they fill, so their order depends on that of
 * the pairs alone; at most a few batches' worth of pairs waits in each bucket.
 */
export class BucketComposer<T> {
  readonly #buckets: Buckets;
  readonly #group: (pair: T) => number | string;
  readonly #open = new Map<string, { readonly shape: BatchShape; readonly composer: BatchComposer<T> }>();

  /** @throws {InputError} BUCKETS_INVALID */
  constructor(buckets: Buckets, group: (pair: T) => number | string) {
    checkBuckets(buckets);
    this.#buckets = buckets;
    this.#group = group;
  }

  /** The shape of a pair's batch. `caption` is called if captions are gathered by length. */
  shapeOf(size: PictureSize | undefined, caption: () => string): BatchShape {
    const { pictures, text } = this.#buckets;
    const { width, height } = nearestShape(size, pictures);
    if (text === undefined) return { width, height };
    const needed = text.count(caption());
    const lengths = text.lengths.toSorted((a, b) => a - b);
    return { width, height, textTokens: lengths.find((length) => length >= needed) ?? lengths.at(-1)! };
  }

  /** Takes a pair; yields the batches that it completes. */
  *add(pair: T, shape: BatchShape): Generator<readonly [shape: BatchShape, pairs: T[]]> {
    const name = `${shape.width} ${shape.height} ${shape.textTokens}`;
    let bucket = this.#open.get(name);
    if (bucket === undefined) {
      bucket = { shape, composer: new BatchComposer(batchSizeOf(shape, this.#buckets), this.#group) };
      this.#open.set(name, bucket);
    }
    for (const pairs of bucket.composer.add(pair)) yield [bucket.shape, pairs];
  }

  /** At the end of the data: yields what is left in the buckets, unless it is to be dropped. */
  *end(): Generator<readonly [shape: BatchShape, pairs: T[]]> {
    const { multiple = 1, rest = "keep" } = this.#buckets;
    for (const { shape, composer } of this.#open.values()) {
      for (const pairs of composer.end()) yield [shape, pairs];
      const left = composer.rest;
      const kept = left.length - (left.length % multiple);
      if (rest === "keep" && kept > 0) yield [shape, left.slice(0, kept)];
    }
  }
}

/** Pairs in a full batch of a shape. */
export function batchSizeOf(
  { width, height, textTokens = 0 }: BatchShape,
  { budget, patch, multiple = 1 }: Pick<Buckets, "budget" | "patch" | "multiple">,
): number {
  const tokens = (width / patch) * (height / patch) + textTokens;
  return Math.floor(budget / tokens / multiple) * multiple;
}

function checkBuckets({ pictures, patch, text, budget, multiple = 1 }: Buckets): void {
  const wrong = (found: string, mend: string): InputError => new InputError("BUCKETS_INVALID", "buckets", found, mend);
  if (pictures.length === 0) throw wrong("there is no shape of pictures", "give at least one, see pictureShapes");
  if (text?.lengths.length === 0) throw wrong("there is no length of captions", "give at least one, or leave text out");
  const odd = pictures.find(({ width, height }) => width % patch !== 0 || height % patch !== 0);
  if (odd) {
    throw wrong(
      `the shape ${odd.width} x ${odd.height} px is no multiple of the patch of ${patch} px`,
      "give multiples of patch",
    );
  }
  for (const shape of pictures) {
    const textTokens = Math.max(0, ...(text?.lengths ?? []));
    if (batchSizeOf({ ...shape, textTokens }, { budget, patch, multiple }) > 0) continue;
    throw wrong(
      `${multiple} x ${shape.width} x ${shape.height} px with ${textTokens} text tokens are more than the budget of ${budget} tokens`,
      "raise budget, or leave the shape out",
    );
  }
}
