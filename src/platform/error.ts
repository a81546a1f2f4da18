/**
 * Every error that Fovea throws: a stable code for programs, the place, what was found there, and the way out.
 *
 * @example
 * throw new FoveaError("CAPTION_EMPTY", "pets.csv:12", "the caption is empty", "write one, or drop the row");
 */
export class FoveaError extends Error {
  override readonly name: string = "FoveaError";
  /** Stable, upper snake case; listed in docs/errors.md. */
  readonly code: string;
  /** Where it happened: a file and line, a module path, a tensor name. */
  readonly where: string;
  /** What was found there. */
  readonly found: string;
  /** What to do about it. */
  readonly mend: string;

  constructor(code: string, where: string, found: string, mend: string, options?: ErrorOptions) {
    super(`${where}: ${found}\n  mend: ${mend}`, options);
    this.code = code;
    this.where = where;
    this.found = found;
    this.mend = mend;
  }
}

/** A tensor shape, rank or element type that an operation cannot take. Thrown where the graph is built, never at run time. */
export class ShapeError extends FoveaError {
  override readonly name = "ShapeError";
}

/** A file, archive, request or configuration from outside that is not what it claims to be. */
export class InputError extends FoveaError {
  override readonly name = "InputError";
}

/** A training run that cannot go on: the message names the step and the action to take. */
export class TrainError extends FoveaError {
  override readonly name = "TrainError";
}

/** The nearest of `known` to `word` by edit distance, or `undefined` if none is near: for "did you mean" in error messages. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}
