import { platform } from "#platform";
import type { Key } from "../../engine/random.ts";
import { limiter } from "../../platform/limiter.ts";
import type { Thread } from "../../platform/platform.ts";
import type { View } from "./load-row.ts";
import type { PairSource, StoredPicture } from "./pair-source.ts";
import { rowProgram, type RowTicket, type StoredRow } from "./row-ticket.ts";

/** More find no work: the thread that asks them, and memory, are then what is slow. */
const defaultMost = 8;

/** Rows of one message: as many as make some milliseconds of work, so that messages cost little, and all threads end together. */
const rowsAtOnce = { decoded: 4, copied: 16 };

/** Messages that a thread has at once: while it works on one, the next is there. */
const turns = 2;

/**
 * Worker threads that read, decode and augment pictures, straight into rows of batches. Until they have started they take nothing: the
 * loader does not wait for them.
 */
export class RowWorkers {
  readonly #threads: readonly Thread[];
  readonly #limit: <T>(work: () => Promise<T>) => Promise<T>;

  private constructor(threads: readonly Thread[]) {
    this.#threads = threads;
    this.#limit = limiter(turns * threads.length);
  }

  /**
   * Starts threads.
   * @param count one for each processor, up to eight, if absent
   * @returns     `undefined` if there are none
   */
  static start(count?: number): RowWorkers | undefined {
    const { threads } = platform;
    if (threads === undefined) return undefined;
    const wanted = count ?? Math.min(threads.processors, defaultMost);
    const started = Array.from({ length: wanted }, () => threads.start(rowProgram())).filter(
      (thread) => thread !== undefined,
    );
    return started.length > 0 ? new RowWorkers(started) : undefined;
  }

  /**
   * Writes the rows of pairs that lie where threads can read them.
   *
   * @param pixels `[pairs, 3, height, width]` in shared memory
   * @returns      the rows that are written; the others are for the loader
   * @throws {FoveaError} THREAD_ENDED; errors of the program, which name the picture
   */
  async write<T>(
    source: PairSource<T>,
    pairs: readonly T[],
    keyOf: (pair: T) => Key,
    pixels: Uint8Array,
    view: View,
  ): Promise<ReadonlySet<number>> {
    if (this.#ready().length === 0) return new Set();
    const rows: StoredRow[] = [];
    for (const [row, pair] of pairs.entries()) {
      const stored = source.stored?.(pair);
      if (stored !== undefined && isForThreads(stored))
        rows.push({ row, id: source.id(pair), key: keyOf(pair), stored });
    }
    const size = rows[0]?.stored.planes === undefined ? rowsAtOnce.decoded : rowsAtOnce.copied;
    const parts = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
    const answers = parts.map((part) => this.#limit(() => ask(this.#idlest(), part, pixels, view)));
    const written = (await Promise.all(answers)).flat();
    for (const { row, stored } of written) if (stored.checksum !== undefined) source.onVerified?.(pairs[row]!);
    return new Set(written.map(({ row }) => row));
  }

  /** Ends the threads. */
  end(): void {
    for (const thread of this.#threads) thread.end();
  }

  #ready(): Thread[] {
    return this.#threads.filter((thread) => thread.isReady());
  }

  #idlest(): Thread {
    return this.#ready().reduce((a, b) => (b.waiting < a.waiting ? b : a));
  }
}

/** The rows of those given that a thread could write. */
async function ask(thread: Thread, rows: readonly StoredRow[], pixels: Uint8Array, view: View): Promise<StoredRow[]> {
  const moved: ArrayBuffer[] = [];
  const ticket: RowTicket = { ...view, pixels, rows: rows.map((row) => withOwnBytes(row, moved)) };
  const about = (): string => rows.map(nameOf).join(", ");
  const answer = await thread.ask(ticket, about, moved);
  if (!(answer instanceof Uint8Array)) throw new TypeError(`the answer about ${about()} is not an array of bytes`);
  return rows.filter((_, i) => answer[i] === 1);
}

/** Of bytes in memory, those of other formats are not worth sending. */
const isForThreads = ({ from, planes }: StoredPicture): boolean =>
  typeof from !== "object" || planes !== undefined || (from[0] === 0xff && from[1] === 0xd8);

/** A view would be sent with all of the memory that it is a view of. */
function withOwnBytes(row: StoredRow, moved: ArrayBuffer[]): StoredRow {
  if (typeof row.stored.from !== "object") return row;
  const from = new Uint8Array(row.stored.from);
  moved.push(from.buffer);
  return { ...row, stored: { ...row.stored, from } };
}

/** Its file, if it has one of its own. */
const nameOf = ({ id, stored: { from } }: Pick<StoredRow, "id" | "stored">): string =>
  typeof from === "string" ? from : String(id);
