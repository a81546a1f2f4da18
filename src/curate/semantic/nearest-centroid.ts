import { platform } from "#platform";
import { mapInOrder } from "../../data/stream.ts";
import { anyExtent, dynamicModel } from "../../engine/onnx/dynamic.ts";
import { encodeModel } from "../../engine/onnx/model-proto.ts";
import { cast } from "../../engine/ops/elementwise.ts";
import { input } from "../../engine/ops/leaf.ts";
import { affine } from "../../engine/ops/matmul.ts";
import { argMax, max } from "../../engine/ops/reduce.ts";
import type { HostTensor, Session } from "../../platform/session.ts";
import type { VectorRows } from "./vector-rows.ts";

/** What {@link NearestCentroid} finds for a block of vectors that stand side by side. */
export interface AssignedBlock {
  /** Place of the first one. */
  readonly start: number;
  /** `[rows, width]`: the vectors; overwritten when the next block is asked for. */
  readonly vectors: Float32Array;
  /** `[rows]`: the centroid of the largest score, the first of equal ones. */
  readonly nearest: Int32Array;
  /** `[rows]`: that score, `x · c + bias`. */
  readonly score: Float32Array;
}

/** Scores of a block: large enough to keep a matrix product busy, small enough to stay in the cache. */
const scoresPerBlock = 2 ** 19;

/**
 * Finds the nearest of some centroids for each vector: a matrix product and its largest column in one graph. Blocks run
 * side by side, each on one thread, so that no thread waits for another; they come back in order.
 */
export class NearestCentroid {
  readonly #session: Session;
  readonly #clusters: number;
  readonly #width: number;
  readonly #threads: number;

  private constructor(session: Session, clusters: number, width: number, threads: number) {
    this.#session = session;
    this.#clusters = clusters;
    this.#width = width;
    this.#threads = threads;
  }

  /** Compiles the graph for a number of centroids. Free it with `dispose()`. */
  static async open(clusters: number, width: number, threads: number): Promise<NearestCentroid> {
    const model = dynamicModel(
      ({ rows }) => {
        const bias = input("bias", "float32", [clusters]);
        const scores = affine(
          input("x", "float32", [rows, width]),
          input("centroids", "float32", [clusters, width]),
          bias,
        );
        return { nearest: cast(argMax(scores), "int32"), score: max(scores, { axis: 1 }) };
      },
      { rows: anyExtent },
    );
    const session = await platform.createSession(encodeModel(model), { device: "cpu", threads: 1, optimize: "none" });
    return new NearestCentroid(session, clusters, width, threads);
  }

  /**
   * Assigns every vector.
   * @param centroids `[clusters, width]`
   * @param bias      `[clusters]`, added to the scores
   */
  async *assign(vectors: VectorRows, centroids: Float32Array, bias: Float32Array): AsyncGenerator<AssignedBlock> {
    const clusters = this.#clusters;
    const width = this.#width;
    const rows = Math.min(4096, Math.max(32, Math.floor(scoresPerBlock / clusters)));
    const rooms = Array.from({ length: this.#threads + 2 }, () => new Float32Array(rows * width)); // in flight, and in use
    const constants: Record<string, HostTensor> = {
      centroids: { dtype: "float32", shape: [clusters, width], data: centroids },
      bias: { dtype: "float32", shape: [clusters], data: bias },
    };
    const run = async (start: number): Promise<AssignedBlock> => {
      const end = Math.min(start + rows, vectors.count);
      const block = vectors.block(start, end, rooms[(start / rows) % rooms.length]!);
      const found = { nearest: new Int32Array(end - start), score: new Float32Array(end - start) };
      await this.#session.run(
        { ...constants, x: { dtype: "float32", shape: [end - start, width], data: block } },
        {
          nearest: { dtype: "int32", shape: [end - start], data: found.nearest },
          score: { dtype: "float32", shape: [end - start], data: found.score },
        },
      );
      return { start, vectors: block, ...found };
    };
    yield* mapInOrder(steps(vectors.count, rows), this.#threads, run);
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}

function* steps(end: number, by: number): Generator<number> {
  for (let start = 0; start < end; start += by) yield start;
}
