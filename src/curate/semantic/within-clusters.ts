import { platform } from "#platform";
import { mapInOrder } from "../../data/stream.ts";
import { anyExtent, dynamicModel } from "../../engine/onnx/dynamic.ts";
import { encodeModel } from "../../engine/onnx/model-proto.ts";
import { input } from "../../engine/ops/leaf.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import type { HostTensor } from "../../platform/session.ts";
import { inverseNorms, scaledRows, type VectorRows } from "./vector-rows.ts";

/** Cosine similarities between some members of a cluster and some that do not come before them. */
export interface SimilarityTile {
  /** The members of the cluster, in the order that was given. */
  readonly members: Uint32Array;
  /** Where the rows and the columns begin among the members. */
  readonly firstRow: number;
  readonly firstColumn: number;
  /** Places of the vectors that the rows stand for. */
  readonly rows: Uint32Array;
  /** Places of the vectors that the columns stand for. */
  readonly columns: Uint32Array;
  /** Whether rows and columns are the same members: only what lies above the diagonal counts, so that no pair comes twice. */
  readonly isDiagonal: boolean;
  /** `[rows, columns]`; overwritten when the next tile is asked for. */
  readonly values: Float32Array;
}

/** Members of each side of a tile: its products stay in the cache, and little is computed below the diagonal. */
export const tileSide = 256;

/**
 * The places of each cluster's vectors, ascending.
 * @param assignment the cluster of each vector
 */
export function membersOf(assignment: Int32Array, clusters: number): Uint32Array[] {
  const counts = new Uint32Array(clusters);
  for (const cluster of assignment) counts[cluster]!++;
  const members = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (const [place, cluster] of assignment.entries()) members[cluster]![counts[cluster]!++] = place;
  return members;
}

/**
 * All cosine similarities within clusters: every pair of members once, in tiles, the earlier member as row: the last rows first, and for
 * these the columns in order. Holds the vectors
 * of one or two clusters at a time; time grows with the squares of their sizes.
 */
export async function* similarityTiles(
  vectors: VectorRows,
  clusters: Iterable<Uint32Array>,
  threads = 2,
): AsyncGenerator<SimilarityTile> {
  const { width } = vectors;
  const model = dynamicModel(
    ({ rows, columns }) => ({
      values: matmul(input("a", "float32", [rows, width]), input("b", "float32", [columns, width]), { transB: true }),
    }),
    { rows: anyExtent, columns: anyExtent },
  );
  const session = await platform.createSession(encodeModel(model), { device: "cpu", threads: 1, optimize: "none" });
  const rooms = Array.from({ length: threads + 2 }, () => new Float32Array(tileSide * tileSide)); // in flight, and in use
  let started = 0;
  const run = async ({ a, b, ...tile }: TileWork): Promise<SimilarityTile> => {
    const { rows, columns } = tile;
    const values = rooms[started++ % rooms.length]!.subarray(0, rows.length * columns.length);
    const tensor = (data: Float32Array, ...shape: readonly number[]): HostTensor => ({ dtype: "float32", shape, data });
    await session.run(
      { a: tensor(a, rows.length, width), b: tensor(b, columns.length, width) },
      { values: tensor(values, rows.length, columns.length) },
    );
    return { ...tile, isDiagonal: a === b, values };
  };
  try {
    yield* mapInOrder(tileWorks(vectors, clusters), threads, run);
  } finally {
    await session.dispose();
  }
}

/** Two sides of a tile, as unit vectors. */
interface TileWork extends Omit<SimilarityTile, "isDiagonal" | "values"> {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

function* tileWorks(vectors: VectorRows, clusters: Iterable<Uint32Array>): Generator<TileWork> {
  const { width } = vectors;
  for (const members of clusters) {
    if (members.length < 2) continue;
    const cluster = vectors.subset(members);
    const units = scaledRows(cluster, inverseNorms(cluster.squaredNorms()));
    const strips = Array.from({ length: Math.ceil(members.length / tileSide) }, (_, strip) => {
      const [start, end] = [strip * tileSide, Math.min((strip + 1) * tileSide, members.length)];
      return { start, places: members.subarray(start, end), units: units.subarray(start * width, end * width) };
    });
    for (let i = strips.length - 1; i >= 0; i--) {
      const { start: firstRow, places: rows, units: a } = strips[i]!;
      for (const { start: firstColumn, places: columns, units: b } of strips.slice(i))
        yield { members, firstRow, firstColumn, rows, columns, a, b };
    }
  }
}
