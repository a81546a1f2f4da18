/**
 * Finds which entries of a large list occur in a text, as MetaCLIP matches its metadata: an entry counts where it stands
 * between spaces, after punctuation has been set apart by spaces; upper and lower case differ.
 *
 * Entries begin and end at spaces, so they are looked up word by word in a trie of words: the same matches as of an
 * Aho-Corasick automaton over characters, from a table of a few words an entry.
 *
 * @see Xu et al. 2023, "Demystifying CLIP data", https://arxiv.org/abs/2309.16671, section 3.2; `substr_matching.py` of its repository
 */
export class EntryMatcher {
  readonly #words = new Map<string, number>();
  readonly #children = new Map<number, number>(); // (node, word) -> node
  readonly #entryOf: number[] = [-1]; //             node -> entry, or -1; node 0 is the root

  /** @param entries of equal ones the first counts */
  constructor(entries: Iterable<string>) {
    let index = 0;
    for (const entry of entries) {
      let node = 0;
      for (const word of entry.split(" ")) node = this.#grow(node, word);
      if (this.#entryOf[node] === -1) this.#entryOf[node] = index;
      index++;
    }
  }

  /** Indices of the entries that occur in the text, each once, ascending. */
  match(text: string): number[] {
    const words = spacedWords(text).map((word) => this.#words.get(word));
    const found = new Set<number>();
    for (let start = 0; start < words.length; start++) {
      let node: number | undefined = 0;
      for (let at = start; at < words.length; at++) {
        const word = words[at];
        node = word === undefined ? undefined : this.#children.get(edge(node, word));
        if (node === undefined) break;
        if (this.#entryOf[node] !== -1) found.add(this.#entryOf[node]!);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  #grow(node: number, text: string): number {
    const word = this.#words.get(text) ?? this.#words.size;
    this.#words.set(text, word);
    const known = this.#children.get(edge(node, word));
    if (known !== undefined) return known;
    this.#children.set(edge(node, word), this.#entryOf.length);
    return this.#entryOf.push(-1) - 1;
  }
}

/** A number for a pair of numbers below 2^26. */
const edge = (node: number, word: number): number => node * 2 ** 26 + word;

/** What stands between the spaces of a text, once punctuation has been set apart and line breaks and tabs are spaces. */
export const spacedWords = (text: string): string[] =>
  text
    .replaceAll(/[,.;:?!`]/g, " $& ")
    .replaceAll(/[\t\n\r]/g, " ")
    .split(" ");
