/** Shorter words are found in any text by chance: they count only in captions that have no longer ones. */
const shortestWord = 4;

/** Of this many letters one may be misread. */
const lettersPerError = 5;

/**
 * Share of a caption that can be read off its picture, by letters: 1 if the caption does no more than repeat the text in the picture.
 * Case, punctuation and spaces do not matter (recognisers leave spaces out), and one letter in five may be misread.
 *
 * @see Radenovic et al. 2023, https://arxiv.org/abs/2301.02280, section 3.1 (they match trigrams of letters)
 */
export function textOverlap(caption: string, spotted: readonly string[]): number {
  const all = wordsOf(caption);
  const long = all.filter((word) => word.length >= shortestWord);
  const words = long.length > 0 ? long : all;
  const read = spotted.map((text) => wordsOf(text).join("")).join("");
  let [found, total] = [0, 0];
  for (const word of words) {
    total += word.length;
    if (leastErrors(word, read) <= Math.floor(word.length / lettersPerError)) found += word.length;
  }
  return total === 0 ? 0 : found / total;
}

/** Words in lower case; of languages that write no spaces as well. */
function wordsOf(text: string): string[] {
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text.normalize("NFKC").toLowerCase());
  return [...segments].map(({ segment }) => segment.replaceAll(/[^\p{L}\p{N}]/gu, "")).filter((word) => word !== "");
}

/** The least number of letters to change, insert or leave out to find `word` somewhere in `text` (Sellers' algorithm). */
function leastErrors(word: string, text: string): number {
  let column = Array.from({ length: word.length + 1 }, (_, i) => i);
  let least = word.length;
  for (const letter of text) {
    const next = [0];
    for (let i = 1; i <= word.length; i++)
      next.push(Math.min(column[i - 1]! + (word[i - 1] === letter ? 0 : 1), column[i]! + 1, next[i - 1]! + 1));
    column = next;
    least = Math.min(least, column[word.length]!);
  }
  return least;
}
