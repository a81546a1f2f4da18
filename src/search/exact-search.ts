import { BestRows, type FoundRow } from "./best-rows.ts";
import type { BlockProducts } from "./block-products.ts";
import type { StoredVectors } from "./vector-column.ts";

/** Queries that are compared with a block at once. */
const queriesAtOnce = 128;

/** Rows that are compared at once. */
export interface VectorBlock {
  /** The first of its rows. */
  readonly start: number;
  readonly rows: number;
  /** `[rows, width]` */
  readonly vectors: StoredVectors;
}

/**
 * The rows nearest to each query, best first: every row is compared, a block at a time, so that memory holds one block.
 *
 * @param queries   `[queries, width]`
 * @param count     how many rows a query may find at most
 * @param isAllowed which rows count
 */
export async function searchBlocks(
  blocks: AsyncIterable<VectorBlock>,
  queries: Float32Array,
  { width, count, products, isAllowed }: SearchBlocksOptions,
): Promise<FoundRow[][]> {
  const best = Array.from({ length: queries.length / width }, () => new BestRows(count));
  for await (const { start, rows, vectors } of blocks)
    for (let first = 0; first < best.length; first += queriesAtOnce) {
      const asked = best.slice(first, first + queriesAtOnce);
      await products.run(queries.subarray(first * width, (first + asked.length) * width), vectors, (scores) => {
        for (const [i, of] of asked.entries()) of.offer(scores.subarray(i * rows, (i + 1) * rows), start, isAllowed);
      });
    }
  return best.map((of) => of.found());
}

/** How {@link searchBlocks} compares. */
export interface SearchBlocksOptions {
  readonly width: number;
  readonly count: number;
  readonly products: BlockProducts;
  readonly isAllowed: (row: number) => boolean;
}
