/**
 * Words that set each cluster's captions apart: frequent in the cluster, and more frequent there than in the whole.
 *
 * @param captions   one for each sample
 * @param assignment the cluster of each sample
 * @param most       how many words each cluster gets at most
 * @returns          for each cluster its words, by their share of the information about the cluster
 */
export function distinctiveWords(
  captions: readonly string[],
  assignment: Int32Array,
  clusters: number,
  most: number,
): string[][] {
  const everywhere = new Map<string, number>();
  const inside = Array.from({ length: clusters }, () => new Map<string, number>());
  const sizes = new Uint32Array(clusters);
  for (const [i, caption] of captions.entries()) {
    const cluster = assignment[i]!;
    sizes[cluster]!++;
    for (const word of new Set(caption.toLowerCase().match(/\p{L}{3,}/gu))) {
      everywhere.set(word, (everywhere.get(word) ?? 0) + 1);
      inside[cluster]!.set(word, (inside[cluster]!.get(word) ?? 0) + 1);
    }
  }
  return inside.map((counts, cluster) =>
    [...counts]
      .map(([word, count]) => {
        const share = count / sizes[cluster]!;
        return { word, weight: share * Math.log((share * captions.length) / everywhere.get(word)!) };
      })
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1))
      .slice(0, most)
      .map(({ word }) => word),
  );
}
