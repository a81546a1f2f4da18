import { platform } from "#platform";
import { anyExtent, dynamicModel } from "../engine/onnx/dynamic.ts";
import { encodeModel } from "../engine/onnx/model-proto.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import type { Session } from "../platform/session.ts";
import type { StoredVectors } from "./vector-column.ts";
import { widen } from "./widen.ts";

/** Inner products of queries with blocks of vectors, in the engine, in single precision. One block at a time. */
export class BlockProducts {
  readonly #width: number;
  readonly #threads: number | undefined;
  #session: Promise<Session> | undefined;
  #wide = new Float32Array();
  #scores = new Float32Array();

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
   * @returns       `[queries, rows]`, good until the next run
   */
  async run(queries: Float32Array, vectors: StoredVectors): Promise<Float32Array> {
    const [count, rows] = [queries.length / this.#width, vectors.length / this.#width];
    if (this.#scores.length < count * rows) this.#scores = new Float32Array(count * rows);
    const scores = this.#scores.subarray(0, count * rows);
    const session = await (this.#session ??= this.#createSession());
    await session.run(
      {
        queries: { dtype: "float32", shape: [count, this.#width], data: queries },
        vectors: { dtype: "float32", shape: [rows, this.#width], data: this.#widened(vectors) },
      },
      { scores: { dtype: "float32", shape: [count, rows], data: scores } },
    );
    return scores;
  }

  /** Frees the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#session)?.dispose();
    this.#session = undefined;
  }

  #widened(vectors: StoredVectors): Float32Array {
    if (vectors instanceof Float32Array) return vectors;
    if (this.#wide.length < vectors.length) this.#wide = new Float32Array(vectors.length);
    return widen(vectors, this.#wide.subarray(0, vectors.length));
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

const productModel = (width: number) =>
  dynamicModel(
    ({ queries, rows }) => {
      const vectors = input("vectors", "float32", [rows, width]);
      return { scores: matmul(input("queries", "float32", [queries, width]), vectors, { transB: true }) };
    },
    { queries: anyExtent, rows: [83, 79] }, // other primes than anyExtent's
  );
