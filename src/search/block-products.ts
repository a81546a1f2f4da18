import { platform } from "#platform";
import { anyExtent, dynamicModel } from "../engine/onnx/dynamic.ts";
import { encodeModel } from "../engine/onnx/model-proto.ts";
import { cast } from "../engine/ops/elementwise.ts";
import { input } from "../engine/ops/leaf.ts";
import { matmul } from "../engine/ops/matmul.ts";
import type { Session } from "../platform/session.ts";
import { dtypeOf, type StoredVectors } from "./vector-column.ts";
import type { IndexDType } from "./index-format.ts";

/** Inner products of queries with blocks of vectors, in the engine. Half-precision vectors are widened there. */
export class BlockProducts {
  readonly #width: number;
  readonly #threads: number | undefined;
  readonly #sessions = new Map<IndexDType, Promise<Session>>();
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
    const dtype = dtypeOf(vectors);
    const [count, rows] = [queries.length / this.#width, vectors.length / this.#width];
    if (this.#scores.length < count * rows) this.#scores = new Float32Array(count * rows);
    const scores = this.#scores.subarray(0, count * rows);
    const session = await this.#session(dtype);
    await session.run(
      {
        queries: { dtype: "float32", shape: [count, this.#width], data: queries },
        vectors: { dtype, shape: [rows, this.#width], data: vectors },
      },
      { scores: { dtype: "float32", shape: [count, rows], data: scores } },
    );
    return scores;
  }

  /** Frees the sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).dispose();
    this.#sessions.clear();
  }

  #session(dtype: IndexDType): Promise<Session> {
    let session = this.#sessions.get(dtype);
    if (session === undefined) {
      const onnx = encodeModel(productModel(this.#width, dtype));
      const threads = this.#threads;
      session = platform.createSession(onnx, {
        device: "cpu",
        optimize: "all",
        ...(threads !== undefined && { threads }),
      });
      this.#sessions.set(dtype, session);
    }
    return session;
  }
}

const productModel = (width: number, dtype: IndexDType) =>
  dynamicModel(
    ({ queries, rows }) => {
      const vectors = input("vectors", dtype, [rows, width]);
      const wide = dtype === "float32" ? vectors : cast(vectors, "float32");
      return { scores: matmul(input("queries", "float32", [queries, width]), wide, { transB: true }) };
    },
    { queries: anyExtent, rows: [83, 79] }, // other primes than anyExtent's
  );
