import { Tokenizer } from "@huggingface/tokenizers";
import { byteAlphabet, clipTokenizerJson, endOfText, endOfWord, startOfText } from "./clip-scheme.ts";
import { Heap } from "./heap.ts";

/** What {@link trainBpe} learns. */
export interface TrainedBpe {
  /** `tokenizer.json`. */
  readonly tokenizerJson: Readonly<Record<string, unknown>>;
  /** Tokens in the vocabulary: fewer than asked for if the captions have no more pairs that occur often enough. */
  readonly vocabSize: number;
}

/** How large a vocabulary {@link trainBpe} learns, and of what. */
export interface TrainBpeOptions {
  /** Tokens in the vocabulary, the 512 of single bytes and the special ones included. */
  readonly vocabSize: number;
  /** How often a pair must occur in the captions to become a token; 2 if absent. */
  readonly minFrequency?: number;
  /** Special tokens besides start and end of text, which are always there and come last. */
  readonly specialTokens?: readonly string[];
}

/**
 * Learns a byte-level byte pair encoding from captions in any language, in CLIP's scheme (see clip-scheme.ts): the most
 * frequent pair of neighbouring tokens becomes a token, again and again. Of pairs equally frequent the one of the lowest
 * ids is taken, so that the result is a function of the captions.
 *
 * The end of text has the highest id, as CLIP's pooling by arg-max expects.
 *
 * @throws {RangeError} if `vocabSize` has no room for the single bytes and the special tokens.
 * @see Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, section 3.2
 */
export function trainBpe(captions: Iterable<string>, options: TrainBpeOptions): TrainedBpe {
  const special = [...(options.specialTokens ?? []), startOfText, endOfText];
  const bytes = byteAlphabet();
  const base = [...bytes, ...bytes.map((byte) => byte + endOfWord)];
  const room = options.vocabSize - special.length;
  if (room < base.length) throw new RangeError(`vocabSize must be at least ${base.length + special.length}`);

  const words = countWords(captions, special);
  const { vocabulary, merges } = learnMerges(words, base, room, options.minFrequency ?? 2);
  vocabulary.push(...special);
  return { tokenizerJson: clipTokenizerJson(vocabulary, merges, special), vocabSize: vocabulary.length };
}

/** How often each word occurs, as the library that will encode with the result splits and writes them. */
function countWords(captions: Iterable<string>, special: readonly string[]): Map<string, number> {
  const { normalizer, pre_tokenizer } = new Tokenizer(clipTokenizerJson(special, [], special), {});
  // No word goes over a space, so each distinct piece between spaces is split only once.
  const pieces = new Map<string, number>();
  for (const caption of captions)
    for (const piece of normalizer!.normalize(caption).split(" ")) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  const words = new Map<string, number>();
  for (const [piece, count] of pieces)
    for (const word of pre_tokenizer!.pre_tokenize(piece)) words.set(word, (words.get(word) ?? 0) + count);
  return words;
}

/** The vocabulary, in order of ids, and the merges, most frequent first, that `base` and the words give. */
function learnMerges(
  wordCounts: ReadonlyMap<string, number>,
  base: readonly string[],
  room: number,
  minFrequency: number,
): { vocabulary: string[]; merges: string[] } {
  const vocabulary = [...base];
  const ids = new Map(base.map((token, id) => [token, id]));
  const words = [...wordCounts].map(([word, count]) => {
    const last = word.length - 1;
    return { count, tokens: Array.from(word, (byte, i) => ids.get(i === last ? byte + endOfWord : byte)!) };
  });

  const pairs = new PairIndex(room);
  for (const [index, { tokens, count }] of words.entries()) pairs.count(tokens, count, index);
  const queue = new Heap<Candidate>(comesFirst);
  for (const [pair, count] of pairs.counts) queue.push({ pair, count });

  const merges = new Set<string>();
  while (vocabulary.length < room) {
    const best = queue.pop();
    if (best === undefined || best.count < minFrequency) break;
    const count = pairs.counts.get(best.pair) ?? 0;
    if (count !== best.count) {
      // Pairs that have become rarer are put right when they come up, not at once.
      if (count > 0) queue.push({ pair: best.pair, count });
      continue;
    }
    const [left, right] = pairs.tokensOf(best.pair);
    const token = vocabulary[left]! + vocabulary[right]!;
    const id = ids.get(token) ?? vocabulary.push(token) - 1; // another pair may have spelt it before
    ids.set(token, id);
    merges.add(`${vocabulary[left]} ${vocabulary[right]}`);

    const risen = new Set<number>();
    for (const index of pairs.wordsWith(best.pair)) {
      const word = words[index]!;
      pairs.count(word.tokens, -word.count, index);
      word.tokens = merge(word.tokens, left, right, id);
      pairs.count(word.tokens, word.count, index);
      for (let i = 0; i + 1 < word.tokens.length; i++)
        if (word.tokens[i] === id || word.tokens[i + 1] === id)
          risen.add(pairs.of(word.tokens[i]!, word.tokens[i + 1]!));
    }
    for (const pair of risen) queue.push({ pair, count: pairs.counts.get(pair)! });
  }
  return { vocabulary, merges: [...merges] };
}

/** Replaces each `left right` by `id`, from the left. */
function merge(tokens: readonly number[], left: number, right: number, id: number): number[] {
  const merged: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const found = tokens[i] === left && tokens[i + 1] === right;
    merged.push(found ? id : tokens[i]!);
    if (found) i++;
  }
  return merged;
}

/** How often each pair of neighbours occurs, and in which words. A pair is one number, in the order of (left, right). */
class PairIndex {
  readonly counts = new Map<number, number>();
  readonly #words = new Map<number, Set<number>>();
  readonly #idLimit: number;

  constructor(idLimit: number) {
    this.#idLimit = idLimit;
  }

  of(left: number, right: number): number {
    return left * this.#idLimit + right;
  }

  tokensOf(pair: number): [left: number, right: number] {
    return [Math.floor(pair / this.#idLimit), pair % this.#idLimit];
  }

  /** Words that hold the pair, or held it once. */
  wordsWith(pair: number): ReadonlySet<number> {
    return this.#words.get(pair) ?? new Set();
  }

  /** Adds `times` to the count of each pair in a word's tokens. */
  count(tokens: readonly number[], times: number, word: number): void {
    for (let i = 0; i + 1 < tokens.length; i++) {
      const pair = this.of(tokens[i]!, tokens[i + 1]!);
      this.counts.set(pair, (this.counts.get(pair) ?? 0) + times);
      const words = this.#words.get(pair);
      if (words) words.add(word);
      else this.#words.set(pair, new Set([word]));
    }
  }
}

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

const comesFirst = (a: Candidate, b: Candidate) => a.count > b.count || (a.count === b.count && a.pair < b.pair);
