import { platform } from "#platform";
import { openData } from "../../data/formats/open-data.node.ts";
import { decodeSample, type OnDrop, type Sample } from "../../data/sample.ts";
import type { Embedder } from "../../eval/embedder.ts";
import { FoveaError, InputError } from "../../platform/error.ts";
import type { ClusterExample, ClusterView } from "./cluster-page.ts";
import { clusterOptions, kMeansOptions } from "./cluster-options.node.ts";
import { distinctiveWords } from "./distinctive-words.ts";
import { kMeans } from "./k-means.ts";
import { VectorRows } from "./vector-rows.ts";
import { membersOf } from "./within-clusters.ts";

/** Options of {@link browseClusters}. */
export interface BrowseOptions {
  /** Number of clusters; the square root of the number of pictures if absent. */
  readonly clusters?: number;
  readonly seed?: number;
  readonly onDrop: OnDrop;
  /** Told of each picture that was embedded. */
  readonly onPicture?: (pictures: number) => void;
}

/** A cluster, and the keys of its members. */
export interface BrowsedCluster extends ClusterView {
  /** Most like the centroid first. */
  readonly keys: readonly string[];
}

/** Pictures that are shown of each cluster's centre, and of its edge. */
const shown = 6;
const thumbnailPx = 112;

/**
 * Clusters the pictures of a data set by their embeddings, and fetches some of each cluster in a second reading: only vectors,
 * keys and captions are kept in memory.
 *
 * @returns clusters that have members
 * @throws {InputError} DATA_EMPTY, and what reading the data set throws
 */
export async function browseClusters(
  source: string,
  embedder: Embedder,
  { clusters, seed, onDrop, onPicture = () => {} }: BrowseOptions,
): Promise<BrowsedCluster[]> {
  const [keys, captions, rows]: [string[], string[], Float32Array[]] = [[], [], []];
  const passOver = ({ key }: Sample, error: unknown): void => {
    if (!(error instanceof FoveaError)) throw error;
    onDrop(key, error.code);
  };
  const samples = openData(source, { onDrop, keepUncaptioned: true });
  const imageOf = ({ image }: Sample) => ("read" in image ? image.read() : image);
  for await (const { item, embedding } of embedder.embedStream(samples, imageOf, passOver)) {
    keys.push(item.key);
    captions.push(item.captions[0]?.text ?? "");
    rows.push(embedding);
    onPicture(keys.length);
  }
  if (rows.length === 0)
    throw new InputError(
      "DATA_EMPTY",
      source,
      "no picture could be embedded",
      "check the data set with fovea data inspect",
    );
  const vectors = new VectorRows(joined(rows, embedder.width), embedder.width);
  const options = clusterOptions.parse({ clusters, seed: seed ?? 0, init: "k-means++" });
  const settings = kMeansOptions(options, vectors.count);
  const { assignment, closeness } = await kMeans(vectors, settings);

  const words = distinctiveWords(captions, assignment, settings.clusters, 4);
  const members = membersOf(assignment, settings.clusters).map((places) =>
    places.sort((a, b) => closeness[b]! - closeness[a]!),
  );
  const wanted = new Set(members.flatMap((places) => [...places.slice(0, shown), ...edge(places)]));
  const thumbnails = await readThumbnails(source, new Set([...wanted].map((place) => keys[place]!)));
  const example = (place: number): ClusterExample => {
    const png = thumbnails.get(keys[place]!);
    return { caption: captions[place]!, similarity: closeness[place]!, ...(png !== undefined && { png }) };
  };
  return members.flatMap((places, cluster) =>
    places.length === 0
      ? []
      : [
          {
            size: places.length,
            cohesion: places.reduce((sum, place) => sum + closeness[place]!, 0) / places.length,
            words: words[cluster]!,
            nearest: Array.from(places.slice(0, shown), example),
            farthest: Array.from(edge(places), example),
            keys: Array.from(places, (place) => keys[place]!),
          },
        ],
  );
}

/** The members at the edge, farthest first, that are not shown at the centre. */
const edge = (places: Uint32Array): Uint32Array => places.slice(Math.max(shown, places.length - shown)).reverse();

async function readThumbnails(source: string, keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> {
  const thumbnails = new Map<string, Uint8Array>();
  const resize = { width: thumbnailPx, height: thumbnailPx, fit: "cover" } as const;
  for await (const { key, image } of openData(source, { onDrop: () => undefined, keepUncaptioned: true }))
    if (keys.has(key)) thumbnails.set(key, await platform.encodePng(await decodeSample(image, { resize })));
  return thumbnails;
}

function joined(rows: readonly Float32Array[], width: number): Float32Array {
  const all = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) all.set(row, i * width);
  return all;
}
