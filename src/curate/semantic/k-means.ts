import { fold, key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { centroidsOf, ClusterSums } from "./cluster-sums.ts";
import { randomPlaces, spreadPlaces } from "./initial-centroids.ts";
import { NearestCentroid } from "./nearest-centroid.ts";
import { inverseNorms, scaledRows, unitRows, type VectorRows } from "./vector-rows.ts";

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** Number of clusters. */
  readonly clusters: number;
  /** `cosine` clusters directions (spherical k-means: centroids have unit length), `euclidean` places; `cosine` if absent. */
  readonly metric?: "cosine" | "euclidean";
  /** Rounds of assignment and update, fewer if nothing moves any more; 20 if absent. */
  readonly iterations?: number;
  /**
   * How centroids begin: `random` vectors, or `k-means++`, which lie far apart but take a reading of
   * all vectors each, or the given ones, `[clusters, width]`; `random` if absent.
   */
  readonly init?: "random" | "k-means++" | Float32Array;
  /** The rounds see this many vectors for each cluster, drawn at random, and only the last assignment sees all; 256 if absent, as in faiss. */
  readonly perCluster?: number;
  /** Same seed, same clusters; 0 if absent. */
  readonly seed?: number;
  /** Blocks that run at once; 2 if absent. The clusters do not depend on it. */
  readonly threads?: number;
  /** Told after each round what it improved: the mean similarity (`cosine`) or the mean squared distance (`euclidean`). */
  readonly onRound?: (round: number, objective: number) => void;
}

/** What {@link kMeans} found. */
export interface Clustering {
  /** `[clusters, width]`; rows of unit length if the metric is `cosine`. */
  readonly centroids: Float32Array;
  /** `[vectors]`: the cluster of each. */
  readonly assignment: Int32Array;
  /** `[vectors]`: to the own centroid, the cosine similarity (`cosine`) or the squared distance (`euclidean`). */
  readonly closeness: Float32Array;
  /** Rounds that were made. */
  readonly rounds: number;
}

/**
 * Lloyd's k-means, with faiss' choices: a sample of the vectors for the rounds, random vectors as first centroids, and an empty
 * cluster takes half of the largest one. Time grows with `vectors x clusters`; besides the vectors it holds only the centroids
 * and a few numbers for each vector.
 *
 * @throws {InputError} CLUSTERS_TOO_MANY
 * @see Lloyd 1982; Dhillon and Modha 2001 for the spherical kind; `faiss/Clustering.cpp`
 */
export async function kMeans(vectors: VectorRows, options: KMeansOptions): Promise<Clustering> {
  const { clusters, metric = "cosine", iterations = 20, init = "random", perCluster = 256, seed = 0 } = options;
  const { threads = 2, onRound = () => {} } = options;
  if (!(clusters >= 1 && clusters <= vectors.count))
    throw new InputError(
      "CLUSTERS_TOO_MANY",
      "k-means",
      `${clusters} clusters of ${vectors.count} vectors were asked for`,
      "ask for at least 1 and at most as many as there are vectors",
    );
  const { width } = vectors;
  const keys = { sample: fold(key(seed), "k-means sample"), init: fold(key(seed), "k-means centroids") };
  const limit = clusters * perCluster;
  const sample = limit < vectors.count ? randomPlaces(keys.sample, limit, vectors.count).sort() : undefined;
  const training = sample === undefined ? vectors : vectors.subset(sample);

  const squares = training.squaredNorms();
  const isCosine = metric === "cosine";
  const scale = isCosine ? inverseNorms(squares) : squares.map(() => 1);
  const squaredNorms = isCosine ? squares.map((square) => Number(square > 0)) : squares;
  const initial = async (): Promise<Float32Array> => {
    if (init instanceof Float32Array) return isCosine ? unitRows(init, width) : init;
    const places =
      init === "random"
        ? randomPlaces(keys.init, clusters, training.count)
        : await spreadPlaces(training, clusters, keys.init, { squaredNorms, scale, threads });
    return scaledRows(
      training.subset(places),
      Float64Array.from(places, (place) => scale[place]!),
    );
  };

  const finder = await NearestCentroid.open(clusters, width, threads);
  try {
    const sums = new ClusterSums(clusters, width, training.count);
    let centroids = await initial();
    let round = 0;
    while (round < iterations) {
      let objective = 0;
      let moved = 0;
      for await (const block of finder.assign(training, centroids, biasOf(centroids, width, isCosine))) {
        moved += sums.add(block, scale);
        objective += closenessOf(block.score, block.start, { scale, squaredNorms, isCosine }).reduce(
          (a, b) => a + b,
          0,
        );
      }
      onRound(++round, objective / training.count);
      if (moved === 0) break;
      centroids = centroidsOf(sums, centroids, isCosine);
    }
    const [assignment, closeness] = [new Int32Array(vectors.count), new Float32Array(vectors.count)];
    const all = sample === undefined ? squares : vectors.squaredNorms();
    const norms = { scale: isCosine ? inverseNorms(all) : all, squaredNorms: all, isCosine };
    for await (const { start, nearest, score } of finder.assign(
      vectors,
      centroids,
      biasOf(centroids, width, isCosine),
    )) {
      assignment.set(nearest, start);
      closeness.set(closenessOf(score, start, norms), start);
    }
    return { centroids, assignment, closeness, rounds: round };
  } finally {
    await finder.dispose();
  }
}

/** What turns `x · c` into an order of squared distances: `-c²/2`; nothing for unit centroids. */
export function biasOf(centroids: Float32Array, width: number, isCosine: boolean): Float32Array {
  return Float32Array.from({ length: centroids.length / width }, (_, cluster) => {
    if (isCosine) return 0;
    let square = 0;
    for (let j = cluster * width; j < (cluster + 1) * width; j++) square += centroids[j]! ** 2;
    return -square / 2;
  });
}

interface Norms {
  readonly scale: Float64Array;
  readonly squaredNorms: Float64Array;
  readonly isCosine: boolean;
}

/** Cosine similarities, or squared distances `x² - 2 (x · c - c²/2)`, from scores. */
const closenessOf = (score: Float32Array, start: number, { scale, squaredNorms, isCosine }: Norms): Float32Array =>
  score.map((s, i) => (isCosine ? s * scale[start + i]! : Math.max(0, squaredNorms[start + i]! - 2 * s)));
