/**
 * Run lengths from COCO's compressed text: each number in groups of five bits, lowest first, one character a group (from `0` on, 32 more if
 * another group follows), as the difference to the number two before.
 * @see https://github.com/cocodataset/cocoapi `rleFrString`
 */
export function decodeRunLengths(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let shift = 0;
    let group = 0;
    do {
      group = text.charCodeAt(at++) - 48;
      value |= (group & 31) << shift;
      shift += 5;
    } while ((group & 32) !== 0);
    if ((group & 16) !== 0) value |= -1 << shift; // negative: the sign fills the rest
    counts.push(counts.length > 2 ? value + counts[counts.length - 2]! : value);
  }
  return counts;
}
