/** Words with vectors that say what they mean: words used alike have vectors that point alike. */
export interface WordVectors {
  /** Lower case, most frequent first. */
  readonly words: readonly string[];
  /** Numbers of a vector. */
  readonly width: number;
  /** `[words, width]` */
  readonly vectors: Float32Array;
}
