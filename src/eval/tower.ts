import { hostTensor } from "../engine/host-tensor.ts";
import { limiter } from "../platform/limiter.ts";
import type { HostTensor, Session } from "../platform/session.ts";

/** A compiled tower: graph inputs to an output `embeddings` `[batch, width]`. */
export class Tower {
  readonly #session: Session;
  readonly #width: number;
  readonly #inTurn: <T>(run: () => Promise<T>) => Promise<T>;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(session: Session, width: number) {
    this.#session = session;
    this.#width = width;
    this.#inTurn = limiter(session.runsAtOnce);
  }

  /**
   * Runs as soon as one of the runs that may be under way at once has ended.
   * @param feeds inputs, `[batch, ...]` each
   * @returns     `[batch, width]`
   */
  async embed(feeds: Readonly<Record<string, HostTensor>>): Promise<Float32Array> {
    const [count = 0] = Object.values(feeds)[0]?.shape ?? [];
    const embeddings = hostTensor("float32", [count, this.#width]);
    const run = this.#inTurn(() => this.#session.run(feeds, { embeddings }));
    this.#underWay.add(run);
    await run.finally(() => this.#underWay.delete(run));
    return embeddings.data;
  }

  /** Frees the session, when what is under way has ended: a consumer may have stopped before. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#session.dispose();
  }
}
