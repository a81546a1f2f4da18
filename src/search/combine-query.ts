import { unitRows } from "../eval/metrics/similarity.ts";

/** What to look for, as embeddings of unit length, `[each, width]`. */
export interface QueryParts {
  /** What the pictures should be near to: texts, pictures. */
  readonly wanted: Float32Array;
  /** What they should be far from. */
  readonly unwanted?: Float32Array;
  /** How much the unwanted counts; 1 if absent. */
  readonly weight?: number;
}

/**
 * One query for several prompts: the direction of the wanted ones' mean, minus that of the unwanted ones'. The score of a picture is then
 * its cosine similarity with what is wanted, minus `weight` times that with what is not: a picture that is as near to both scores 0.
 *
 * @returns `[width]`; of unit length if nothing is unwanted
 */
export function combineQuery({ wanted, unwanted, weight = 1 }: QueryParts, width: number): Float32Array {
  const query = meanDirection(wanted, width);
  if (unwanted === undefined || unwanted.length === 0) return query;
  const away = meanDirection(unwanted, width);
  return query.map((value, i) => value - weight * away[i]!);
}

function meanDirection(rows: Float32Array, width: number): Float32Array {
  const sum = new Float32Array(width);
  for (let i = 0; i < rows.length; i++) sum[i % width]! += rows[i]!;
  return unitRows(sum, width);
}
