/** A text that was read from a picture. */
export interface ReadText {
  readonly text: string;
  /** Mean probability of its characters; 0 if there are none. */
  readonly confidence: number;
}

/**
 * Reads the likeliest character of each step: repeats are one character, unless a blank stands between them (connectionist temporal
 * classification, best path).
 *
 * @param probabilities `[steps, classes]`; class 0 is the blank
 * @param characters    of class 1, 2, ...
 * @see Graves et al. 2006, https://doi.org/10.1145/1143844.1143891, section 3.2
 */
export function readCtc(probabilities: Float32Array, characters: readonly string[]): ReadText {
  const classes = characters.length + 1;
  let [text, sum, count, before] = ["", 0, 0, 0];
  for (let start = 0; start < probabilities.length; start += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (probabilities[start + c]! > probabilities[start + best]!) best = c;
    if (best !== 0 && best !== before) {
      text += characters[best - 1]!;
      sum += probabilities[start + best]!;
      count++;
    }
    before = best;
  }
  return { text, confidence: count === 0 ? 0 : sum / count };
}
