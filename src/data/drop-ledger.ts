import { InputError } from "../platform/error.ts";

/** A sample that was left out, as one line of `dropped.jsonl`. */
export interface DroppedSample {
  readonly key: string;
  /** Upper-case code, e.g. `IMAGE_NOT_DECODABLE`. */
  readonly reason: string;
}

/** When a run has too many bad samples to go on. */
export interface DropLimits {
  /** Largest share of samples that may be dropped (0 to 1); 0.01 if absent. */
  readonly maxShare?: number;
  /** The share is first judged after this many samples, so that one bad file among the first ten does not stop a run; 200 if absent. */
  readonly judgeAfter?: number;
  /** Called once for each distinct dropped sample, e.g. to append a line to the run's `dropped.jsonl`. */
  readonly onNew?: (dropped: DroppedSample) => void;
}

/**
 * Counts what a pipeline keeps and drops, lists each dropped sample once with its reason, and stops the run when too many are bad.
 * Samples count again in every epoch, so the share means the same early and late in a run.
 */
export class DropLedger {
  readonly #maxShare: number;
  readonly #judgeAfter: number;
  readonly #onNew: (dropped: DroppedSample) => void;
  readonly #listed = new Map<string, DroppedSample>();
  readonly #byReason = new Map<string, number>();
  #kept = 0;
  #dropped = 0;

  constructor({ maxShare = 0.01, judgeAfter = 200, onNew = () => {} }: DropLimits = {}) {
    this.#maxShare = maxShare;
    this.#judgeAfter = judgeAfter;
    this.#onNew = onNew;
  }

  /** Number of samples that passed. */
  get kept(): number {
    return this.#kept;
  }

  /** Number of samples that were left out. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How often each reason occurred. */
  get byReason(): ReadonlyMap<string, number> {
    return this.#byReason;
  }

  /** Counts a sample that passed. */
  readonly keep = (): void => {
    this.#kept++;
  };

  /**
   * Counts and lists a sample that is left out. Fits wherever an `onDrop` is asked for.
   * @throws {InputError} TOO_MANY_DROPS
   */
  readonly drop = (key: string, reason: string): void => {
    this.#dropped++;
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
    const id = `${reason}\n${key}`;
    if (!this.#listed.has(id)) {
      const dropped = { key, reason };
      this.#listed.set(id, dropped);
      this.#onNew(dropped);
    }
    if (this.#kept + this.#dropped >= this.#judgeAfter) this.finish();
  };

  /**
   * Judges the share whatever the number of samples: to be called at the end of the data.
   * @throws {InputError} TOO_MANY_DROPS
   */
  finish(): void {
    const seen = this.#kept + this.#dropped;
    if (this.#dropped <= this.#maxShare * seen) return;
    const reasons = [...this.#byReason].map(([reason, count]) => `${reason} ${count}`).join(", ");
    const [first] = this.#listed.values();
    throw new InputError(
      "TOO_MANY_DROPS",
      first!.key,
      `${this.#dropped} of ${seen} samples were dropped (${reasons}), more than the allowed ${this.#maxShare * 100} %`,
      "repair or remove the samples that the run's dropped.jsonl lists, or allow a larger share: data.maxDropped",
    );
  }

  /** Every distinct dropped sample as JSON lines. */
  jsonl(): string {
    return [...this.#listed.values()].map((dropped) => `${JSON.stringify(dropped)}\n`).join("");
  }
}

/** Passes samples through and counts each as kept. */
export async function* counted<T>(samples: AsyncIterable<T>, ledger: DropLedger): AsyncGenerator<T> {
  for await (const sample of samples) {
    ledger.keep();
    yield sample;
  }
}
