import { limiter } from "../platform/limiter.ts";
import { toFloat16 } from "../io/float16.ts";
import type { IndexedPicture, Manifest } from "./index-format.ts";
import { writeManifest, writePart } from "./index-folder.node.ts";
import { startsOf, type PictureIndex } from "./picture-index.node.ts";
import { vectorsFor, type StoredVectors } from "./vector-column.ts";

/** Milliseconds after which what is done is written. */
const saveAfter = 10_000;

/** A picture to be written: with its new vector, or with the one that a row of the index has. */
interface Pending {
  readonly picture: IndexedPicture;
  readonly vector: Float32Array | number;
}

/** Adds pictures to an index: a part at a time, and after each the manifest in one step, so that it is whole at every moment. */
export class IndexWriter {
  readonly #index: PictureIndex;
  readonly #saveEvery: number;
  readonly #gone: Set<number>; // rows of #index
  readonly #starts: readonly number[];
  readonly #oneAtATime = limiter(1);
  #manifest: Manifest;
  #pending: Pending[] = [];
  #saved = performance.now();

  /** @param saveEvery pictures between two writes at most; there is one at least every ten seconds */
  constructor(index: PictureIndex, saveEvery: number) {
    const { manifest } = index;
    this.#index = index;
    this.#manifest = { ...manifest, complete: false };
    this.#saveEvery = saveEvery;
    this.#starts = startsOf(manifest.parts.map(({ rows }) => rows));
    this.#gone = new Set(manifest.parts.flatMap(({ gone }, i) => gone.map((row) => this.#starts[i]! + row)));
  }

  /**
   * Adds a picture.
   * @param vector   of unit length, or the row of the index that has it
   * @param replaces the row of the index that had the picture before
   */
  async add(picture: IndexedPicture, vector: Float32Array | number, replaces: number | undefined): Promise<void> {
    this.#pending.push({ picture, vector });
    if (replaces !== undefined) this.remove([replaces]);
    if (this.#pending.length >= this.#saveEvery || performance.now() - this.#saved >= saveAfter) await this.save();
  }

  /** Takes rows of the index out of it, with the next write. */
  remove(rows: readonly number[]): void {
    for (const row of rows) this.#gone.add(row);
  }

  /** Writes what was added and removed. @returns the manifest as it is now */
  async save(end: Partial<Pick<Manifest, "complete" | "sourceFiles">> = {}): Promise<Manifest> {
    return this.#oneAtATime(async () => {
      const pending = this.#pending;
      this.#pending = [];
      const old = this.#manifest.parts.map((part, i) => ({ ...part, gone: this.#goneOf(i) ?? part.gone }));
      const { path, manifest } = this.#index;
      const added =
        pending.length === 0
          ? []
          : [
              await writePart(
                path,
                pending.map(({ picture }) => picture),
                await this.#vectorsOf(pending),
                manifest.width,
              ),
            ];
      this.#manifest = { ...this.#manifest, ...end, parts: [...old, ...added] };
      await writeManifest(path, this.#manifest);
      this.#saved = performance.now();
      return this.#manifest;
    });
  }

  /** Rows of a part of the index as it was opened that are gone; `undefined` for parts written since. */
  #goneOf(part: number): number[] | undefined {
    const entry = this.#index.manifest.parts[part];
    if (entry === undefined) return undefined;
    const start = this.#starts[part]!;
    const rows = [...this.#gone].filter((row) => row >= start && row < start + entry.rows);
    return rows.map((row) => row - start).sort((a, b) => a - b);
  }

  async #vectorsOf(pending: readonly Pending[]): Promise<StoredVectors> {
    const { width, dtype } = this.#index.manifest;
    const vectors = vectorsFor(dtype, pending.length * width);
    const rows = pending.flatMap(({ vector }) => (typeof vector === "number" ? [vector] : []));
    const stored = await this.#index.vectorsOf(rows);
    for (const [i, { vector }] of pending.entries()) {
      const numbers = typeof vector === "number" ? stored.shift()! : dtype === "float16" ? toFloat16(vector) : vector;
      vectors.set(numbers, i * width);
    }
    return vectors;
  }
}
