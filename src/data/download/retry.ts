import { fold, uniform, type Key } from "../../engine/random.ts";

/** How long to wait between attempts. */
export interface BackOff {
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly first: number;
  /** Milliseconds at most. */
  readonly longest: number;
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1) of a row: exponential, of which the upper half is random ("equal jitter"),
 * so that rows that failed together do not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backOffDelay({ first, longest }: BackOff, run: Key, row: number, attempt: number): number {
  const ceiling = Math.min(longest, first * 2 ** (attempt - 1));
  return (ceiling / 2) * (1 + uniform(fold(run, "retry", row, attempt), 1)[0]!);
}

/**
 * Milliseconds that a `Retry-After` header asks to wait: a number of seconds, or a date, which is compared with the answer's own `Date`,
 * so that nobody's clock needs to be right. `undefined` if there is nothing valid.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterOf(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(date ?? "");
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
