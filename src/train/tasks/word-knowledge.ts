import { compile } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { transpose } from "../../engine/ops/layout.ts";
import { input } from "../../engine/ops/leaf.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { max } from "../../engine/ops/reduce.ts";
import { fold, normal } from "../../engine/random.ts";
import type { TextTokenizer } from "../../io/tokenizer/tokenizer.ts";
import type { WordVectors } from "../../io/word-vectors.ts";
import type { Init } from "../../nn/init.ts";
import type { ScopeTransform } from "../../nn/scope.ts";
import { retrofit, type Definition } from "./word-relations.ts";

/**
 * Knowledge of words that a small data set does not hold. Captions of 1,700 things never say `gorilla`; word vectors do
 * say that a gorilla is much like a monkey, and a dictionary that it is an ape. So names of things near the captions' own
 * words get tokens too, and every word's token starts from its vector, if wanted brought nearer to those of its definition.
 *
 * @see Frome et al. 2013 (DeViSE), https://papers.nips.cc/paper/5204, which maps pictures to such vectors
 */

/** What {@link learnWords} gives a new model. */
export interface WordKnowledge {
  /** What the tokenizer learns from: the captions, and the related words. */
  readonly texts: readonly string[];
  /** Starts the token embeddings of words that are one token from their vectors; the others start as the model says. */
  readonly start: (tokenizer: TextTokenizer) => ScopeTransform;
}

/** What a dictionary tells. */
export interface Lexicon {
  /** Whether a word may be added: of words that name no thing, there are too many, and no picture shows them. */
  readonly isThing: (word: string) => boolean;
  /** If given, vectors are brought nearer to those of a word's definition. */
  readonly definition?: (word: string) => Definition;
}

/**
 * Chooses words to add to the captions' own, and prepares the start of the token embeddings.
 *
 * @param related words to add to the captions' own
 * @param deviation root mean square of the elements of the token embeddings
 */
export async function learnWords(
  captions: readonly string[],
  known: WordVectors,
  { isThing, definition }: Lexicon,
  { related: count, deviation }: { readonly related: number; readonly deviation: number },
): Promise<WordKnowledge> {
  const own = new Set(captions.flatMap((caption) => caption.toLowerCase().match(/[a-z]{2,}/g) ?? []));
  const related = await relatedWords(own, known, isThing, count);
  const taught = definition === undefined ? known : retrofit(known, new Set([...own, ...related]), definition);
  return {
    // Twice each, for a pair of characters that occurs but once never becomes a token.
    texts: [captions, captions, related, related].flat(),
    start: (tokenizer) => {
      const tokenOf = (word: string): number | undefined => {
        const [token, ...others] = tokenizer.encode(word, { specialTokens: false });
        return others.length === 0 ? token : undefined;
      };
      const tokens = taught.words.map((word) => (/^[a-z]{2,}$/.test(word) ? tokenOf(word) : undefined));
      return startFromVectors(taught, tokens, deviation);
    },
  };
}

/**
 * The `count` words whose vectors point most alike to that of one of the `own` words, themselves not among those; nearest
 * first. Things of three to fourteen letters only: no marks, no numbers.
 */
export async function relatedWords(
  own: ReadonlySet<string>,
  known: WordVectors,
  isThing: (word: string) => boolean,
  count: number,
): Promise<string[]> {
  const rowsOf = (isWanted: (word: string) => boolean): number[] =>
    known.words.flatMap((word, row) => (isWanted(word) ? [row] : []));
  const anchors = rowsOf((word) => own.has(word));
  const candidates = rowsOf((word) => /^[a-z]{3,14}$/.test(word) && !own.has(word) && isThing(word));
  if (anchors.length === 0) return [];
  const nearness = await nearest(unitRows(known, candidates), unitRows(known, anchors), known.width);
  return candidates
    .map((row, at) => ({ word: known.words[row]!, nearness: nearness[at]! }))
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, count)
    .map(({ word }) => word);
}

/** Rows compared at once. */
const block = 1024;

/** For each row of `rows` the largest product with a row of `anchors`. */
async function nearest(rows: Float32Array, anchors: Float32Array, width: number): Promise<Float32Array> {
  const found = new Float32Array(rows.length / width);
  const [a, b] = [
    input("rows", "float32", [block, width]),
    input("anchors", "float32", [anchors.length / width, width]),
  ];
  const session = await compile({ nearest: max(matmul(a, transpose(b)), { axis: 1 }) });
  try {
    const feeds = {
      rows: hostTensor("float32", a.shape),
      anchors: { dtype: "float32", shape: b.shape, data: anchors },
    } as const;
    const best = { nearest: hostTensor("float32", [block]) };
    for (let from = 0; from < found.length; from += block) {
      feeds.rows.data.set(rows.subarray(from * width, (from + block) * width));
      await session.run(feeds, best);
      found.set(best.nearest.data.subarray(0, found.length - from), from);
    }
  } finally {
    await session.dispose();
  }
  return found;
}

/**
 * Starts token embeddings from word vectors. A random projection brings vectors to the embeddings' width and leaves their
 * angles about as they are.
 *
 * @param tokens the token of each word, `undefined` for words of several
 */
const startFromVectors =
  (known: WordVectors, tokens: readonly (number | undefined)[], deviation: number): ScopeTransform =>
  (request, next) => {
    if (!request.path.endsWith("token_embedding.weight")) return next(request);
    const init: Init = (key, shape, size) => {
      const [, width = 0] = shape;
      const rows = request.init(key, shape, size);
      const projection = normal(fold(key, "word-projection"), known.width * width);
      const scale = deviation / rootMeanSquare(known.vectors) / Math.sqrt(known.width);
      for (const [row, token] of tokens.entries()) {
        if (token === undefined) continue;
        const vector = vectorAt(known.vectors, known.width, row);
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (let i = 0; i < known.width; i++) sum += vector[i]! * projection[i * width + column]!;
          rows[token * width + column] = sum * scale;
        }
      }
      return rows;
    };
    return next({ ...request, init });
  };

const vectorAt = (vectors: Float32Array, width: number, row: number): Float32Array =>
  vectors.subarray(row * width, (row + 1) * width);

/** These rows, scaled to length 1. */
function unitRows({ vectors, width }: WordVectors, rows: readonly number[]): Float32Array {
  const units = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) {
    const vector = vectorAt(vectors, width, row);
    const norm = Math.hypot(...vector) || 1;
    units.set(
      vector.map((value) => value / norm),
      at * width,
    );
  }
  return units;
}

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
