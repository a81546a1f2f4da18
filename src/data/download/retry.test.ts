import { expect, test } from "vitest";
import { key } from "../../engine/random.ts";
import { backOffDelay, retryAfterOf } from "./retry.ts";

test("waits double up to the longest, the upper half at random, the same each time", () => {
  const delay = (row: number, attempt: number): number =>
    backOffDelay({ first: 1000, longest: 6000 }, key(0), row, attempt);
  for (const [attempt, ceiling] of [1000, 2000, 4000, 6000, 6000].entries()) {
    const delays = Array.from({ length: 200 }, (_, row) => delay(row, attempt + 1));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(ceiling / 2);
    expect(Math.max(...delays)).toBeLessThan(ceiling);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(0.4 * ceiling);
  }
  expect(delay(3, 2)).toBe(delay(3, 2));
});

test.each([
  ["120", undefined, 120_000],
  [" 0 ", undefined, 0],
  ["Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30_000],
  ["Wed, 21 Oct 2026 07:27:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 0],
  ["Wed, 21 Oct 2026 07:28:30 GMT", undefined, undefined],
  ["soon", "Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  [undefined, undefined, undefined],
])("Retry-After %j at %j is %j ms", (value, date, wait) => expect(retryAfterOf(value, date)).toBe(wait));
