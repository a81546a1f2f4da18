/** Words of a text in lower case, without the signs around them. */
export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, ""))
    .filter((word) => word !== "");

/** Share of the characters that are no letters: digits, signs, spaces. */
export function specialCharacterRatio(text: string): number {
  return text === "" ? 0 : (text.match(/[^\p{L}\p{M}]/gu)?.length ?? 0) / Array.from(text).length;
}

/**
 * How much of a text is repeated, by runs of characters: of the most frequent runs that occur more than once, no more than the square root of
 * the number of different runs, their share of all runs.
 * @see Laurençon et al. 2022 (ROOTS), https://arxiv.org/abs/2303.03915, appendix; `FilteringFunctions` of OBELICS
 */
export function characterRepetitionRatio(text: string, length: number): number {
  const counts = countsOf(
    Array.from({ length: Math.max(0, text.length - length + 1) }, (_, i) => text.slice(i, i + length)),
  );
  if (counts.length === 0) return 0;
  const repeated = counts.filter((count) => count > 1).sort((a, b) => b - a);
  return sum(repeated.slice(0, Math.floor(Math.sqrt(counts.length)))) / sum(counts);
}

/** Share of a text's runs of words that occur more than once. */
export function wordRepetitionRatio(words: readonly string[], length: number): number {
  const counts = countsOf(
    Array.from({ length: Math.max(0, words.length - length + 1) }, (_, i) => words.slice(i, i + length).join(" ")),
  );
  return counts.length === 0 ? 0 : sum(counts.filter((count) => count > 1)) / sum(counts);
}

/** Share of punctuation marks among words and marks; 1 for texts with fewer than `atLeast` of them, which say too little. */
export function punctuationRatio(text: string, atLeast = 0): number {
  const tokens = text.match(/[\p{L}\p{N}_']+|[.,;:!?。、，；：！？…"“”„()]/gu) ?? [];
  if (tokens.length < atLeast) return 1;
  return tokens.length === 0 ? 0 : tokens.filter((token) => !/[\p{L}\p{N}_']/u.test(token)).length / tokens.length;
}

/** Share of English function words, which any prose is full of and lists of keywords are not. */
export const stopWordRatio = (words: readonly string[]): number => shareOn(functionWords, words);

/** Share of words that are on a list. */
export const shareOn = (list: ReadonlySet<string>, words: readonly string[]): number =>
  words.length === 0 ? 0 : words.filter((word) => list.has(word)).length / words.length;

const functionWords: ReadonlySet<string> = new Set(
  (
    "a about above after again against all am an and any are as at be because been before being below between both but by can could did do " +
    "does doing down during each few for from further had has have having he her here hers herself him himself his how i if in into is it its " +
    "itself just may me might more most much must my myself no nor not now of off on once one only or other our ours ourselves out over own " +
    "same shall she should so some such than that the their theirs them themselves then there these they this those though through to too " +
    "under until up upon us very was we well were what when where which while who whom whose why will with within without would yet you your " +
    "yours yourself yourselves i'm i've i'll it's don't doesn't didn't can't won't isn't aren't wasn't that's there's you're we're they're"
  ).split(" "),
);

function countsOf(items: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts.values()];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
