/** The middle value; the mean of the two middle ones if `values` has an even length. NaN for no values. */
export function median(/** @type {readonly number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * @typedef {object} Ratio
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} pairs how many rounds it is made of
 */

/**
 * Ratios round by round, so that a machine whose speed drifts slows both sides of each ratio alike. Rounds that only one
 * side ran are left out.
 *
 * @param {readonly number[]} numerators   one value a round
 * @param {readonly number[]} denominators one value a round
 * @returns {Ratio | undefined} undefined if there is no pair
 */
export function pairedRatio(numerators, denominators) {
  const pairs = Math.min(numerators.length, denominators.length);
  if (pairs === 0) return undefined;
  const ratios = numerators.slice(0, pairs).map((numerator, i) => numerator / (denominators[i] ?? Number.NaN));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), pairs };
}
