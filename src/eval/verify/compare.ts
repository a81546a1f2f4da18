import { sameShape, typeText } from "../../engine/shape.ts";
import type { HostTensor } from "../../platform/session.ts";

/** How near a computed tensor is to the reference's. */
export interface Comparison {
  /** Largest difference of two elements, as a fraction of {@link Comparison.scale}. */
  readonly error: number;
  /** What errors are measured by: most often the largest absolute value of the reference. */
  readonly scale: number;
  /** Largest error that passes. */
  readonly tolerance: number;
  readonly ok: boolean;
  /** What else there is to say, e.g. that shapes differ. */
  readonly note?: string;
}

/** The largest absolute value of a tensor, infinities aside. */
export function largestOf({ data }: HostTensor): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(Number(data[i]));
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/**
 * Compares a tensor with the reference's, element by element.
 * @param scale what errors are measured by; the reference's largest absolute value, or 1 if that is 0
 */
export function compare(
  found: HostTensor,
  reference: HostTensor,
  tolerance: number,
  scale = largestOf(reference) || 1,
): Comparison {
  if (!sameShape(found.shape, reference.shape))
    return { error: Infinity, scale, tolerance, ok: false, note: `${typeText(found)}, not ${typeText(reference)}` };
  let difference = 0;
  for (let i = 0; i < reference.data.length; i++) {
    const [a, b] = [Number(found.data[i]), Number(reference.data[i])];
    if (Number.isNaN(b)) return incomparable(tolerance, "the reference has elements that are not a number");
    if (a === b) continue; // also two infinities
    difference = Math.max(difference, Number.isNaN(a - b) ? Infinity : Math.abs(a - b));
  }
  const error = difference / scale;
  return { error, scale, tolerance, ok: error <= tolerance };
}

/** What a reference gives and nothing can be compared with: it does not pass, or what is unknown would look proven. */
export const incomparable = (tolerance: number, note: string): Comparison => ({
  error: Infinity,
  scale: 0,
  tolerance,
  ok: false,
  note,
});
