import { grown, pixelsOf, smallestBoxAround, type Point, type RotatedBox } from "./rotated-box.ts";

/** Where text may be. */
export interface TextRegion extends RotatedBox {
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
}

/** How a map of probabilities becomes regions; PP-OCR's own values if absent. */
export interface TextMapOptions {
  /** A pixel is of a text from this probability on; 0.3 if absent. */
  readonly pixelThreshold?: number;
  /** A region is kept from this mean probability on; 0.6 if absent. */
  readonly regionThreshold?: number;
  /** The map shows the core of a text: its box is grown by area · this / perimeter; 1.5 if absent. */
  readonly growth?: number;
}

/** The shortest side of a core in pixels: smaller ones are noise. */
const smallestCore = 3;

/**
 * The regions of a map of text probabilities, as a detector with differentiable binarization gives it.
 *
 * @param map `[height, width]`
 * @returns   boxes in the map's pixels, from top to bottom
 * @see Liao et al. 2019, https://arxiv.org/abs/1911.08947, section 3.4 (their D' is A' · r' / L', r' is `growth`)
 */
export function regionsOf(
  map: Float32Array,
  width: number,
  height: number,
  { pixelThreshold = 0.3, regionThreshold = 0.6, growth = 1.5 }: TextMapOptions = {},
): TextRegion[] {
  const regions: TextRegion[] = [];
  for (const outline of components(map, width, height, pixelThreshold)) {
    const core = smallestBoxAround(outline);
    if (Math.min(core.width, core.height) < smallestCore) continue;
    const score = meanInside(map, core, { width, height });
    if (score < regionThreshold) continue;
    regions.push({ ...grown(core, (core.width * core.height * growth) / (2 * (core.width + core.height))), score });
  }
  return regions.sort((a, b) => a.y - b.y || a.x - b.x);
}

/** For each connected patch above the threshold the first and last pixel of its rows: enough for its convex hull. */
function* components(map: Float32Array, width: number, height: number, threshold: number): Generator<Point[]> {
  const seen = new Uint8Array(map.length);
  const stack: number[] = [];
  for (let start = 0; start < map.length; start++) {
    if (seen[start] || map[start]! < threshold) continue;
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    seen[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [x, y] = [at % width, Math.floor(at / width)];
      first.set(y, Math.min(first.get(y) ?? x, x));
      last.set(y, Math.max(last.get(y) ?? x, x));
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] || map[next]! < threshold) continue;
          seen[next] = 1;
          stack.push(next);
        }
    }
    yield [...first, ...last].map(([y, x]) => ({ x, y }));
  }
}

function meanInside(map: Float32Array, box: RotatedBox, size: { width: number; height: number }): number {
  let [sum, count] = [0, 0];
  for (const [x, y] of pixelsOf(box, size)) {
    sum += map[y * size.width + x]!;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
