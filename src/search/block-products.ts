import { platform } from "#platform";
import { anyExtent, dynamicModel } from "../engine/onnx/dynamic.ts";
import { encodeModel } from "../engine/onnx/model-proto.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import type { Session } from "../platform/session.ts";
import type { StoredVectors } from "./vector-column.ts";
import { widen } from "./widen.ts";

/** Inner products of queries with blocks of vectors, in the engine, in single precision. Several may be under way at once. */
export class BlockProducts {
  readonly #width: number;
  readonly #threads: number | undefined;
  #session: Promise<Session> | undefined;
  readonly #idle: Buffers[] = []; // each run under way has its own

  /**
   * @param width   numbers of a vector
   * @param threads as for {@link platform}'s sessions
   */
  constructor(width: number, threads?: number) {
    this.#width = width;
    this.#threads = threads;
  }

  /**
   * @param queries `[queries, width]`
   * @param vectors `[rows, width]`
   * @param read    is given the products `[queries, rows]`, which are good until it returns
   */
  async run(queries: Float32Array, vectors: StoredVectors, read: (scores: Float32Array) => void): Promise<void> {
    const [count, rows] = [queries.length / this.#width, vectors.length / this.#width];
    const session = await (this.#session ??= this.#createSession());
    const buffers = this.#idle.pop() ?? { wide: new Float32Array(), scores: new Float32Array() };
    if (buffers.scores.length < count * rows) buffers.scores = new Float32Array(count * rows);
    const scores = buffers.scores.subarray(0, count * rows);
    try {
      await session.run(
        {
          queries: { dtype: "float32", shape: [count, this.#width], data: queries },
          vectors: { dtype: "float32", shape: [rows, this.#width], data: widened(vectors, buffers) },
        },
        { scores: { dtype: "float32", shape: [count, rows], data: scores } },
      );
      read(scores);
    } finally {
      this.#idle.push(buffers);
    }
  }

  /** Frees the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#session)?.dispose();
    this.#session = undefined;
  }

  #createSession(): Promise<Session> {
    const onnx = encodeModel(productModel(this.#width));
    const threads = this.#threads;
    return platform.createSession(onnx, {
      device: "cpu",
      optimize: "all",
      ...(threads !== undefined && { threads }),
    });
  }
}

/** What a run writes to: memory is used again, as asking for new pages takes longer than the products. */
interface Buffers {
  wide: Float32Array<ArrayBuffer>;
  scores: Float32Array<ArrayBuffer>;
}

function widened(vectors: StoredVectors, buffers: Buffers): Float32Array {
  if (vectors instanceof Float32Array) return vectors;
  if (buffers.wide.length < vectors.length) buffers.wide = new Float32Array(vectors.length);
  return widen(vectors, buffers.wide.subarray(0, vectors.length));
}

const productModel = (width: number) =>
  dynamicModel(
    ({ queries, rows }) => {
      const vectors = input("vectors", "float32", [rows, width]);
      return { scores: matmul(input("queries", "float32", [queries, width]), vectors, { transB: true }) };
    },
    { queries: anyExtent, rows: [83, 79] }, // other primes than anyExtent's
  );
