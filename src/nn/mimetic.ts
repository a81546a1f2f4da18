import { fold, normal, type Key } from "../engine/random.ts";
import type { Init } from "./init.ts";
import type { ScopeTransform } from "./scope.ts";

/**
 * Starts a vision transformer in the image of trained ones. Their attention layers share a pattern that small data takes
 * long to find: query and key projections are alike, so that a patch looks at patches like itself and near itself; value
 * and output projections undo one another, so that a layer subtracts what it has seen around. Only first values differ:
 * the model and its checkpoint stay what they are.
 *
 * @see Trockman and Kolter 2023, https://arxiv.org/abs/2305.09828, section 3 (their β₁ is `alike²`, per head in a random
 *   subspace of its width; their β₂ is `undone²`; sinusoidal positions)
 */

/** How strongly {@link mimeticVision} puts the pattern on, by trial on concepts of the emoji corpus held out of training. */
const strength = {
  /** Factor of the orthonormal rows that queries and keys share. */
  alike: 0.7,
  /** Factor of the orthogonal matrix of values, and of its inverse in the output. */
  undone: 0.6,
  /** What is kept of the values' and outputs' own first weights. */
  own: 0.3,
  /** Amplitude of the waves that positions start from. */
  waves: 0.3,
};

/**
 * The transform, for a tower with layers and positions as Hugging Face's CLIP and SigLIP name them.
 *
 * @param tower path of the tower, e.g. `vision_model`; other parameters start as the model says
 * @param heads of its attention layers
 */
export function mimeticVision(key: Key, tower: string, heads: number): ScopeTransform {
  const draw = drawForTwo();
  return (request, next) => {
    const { path, init } = request;
    const [, layer, projection] = /^(.*)\.self_attn\.(q|k|v|out)_proj\.weight$/.exec(path) ?? [];
    if (!path.startsWith(`${tower}.`)) return next(request);
    if (path.endsWith("position_embedding.weight")) return next({ ...request, init: waves(init) });
    if (layer === undefined) return next(request);
    const shared = fold(key, "mimetic", layer);
    if (projection === "q" || projection === "k") return next({ ...request, init: alike(init, draw, shared, heads) });
    return next({ ...request, init: undone(init, draw, shared, projection === "out") });
  };
}

/** The same orthonormal rows for each head's queries and keys, on top of their own values. */
const alike =
  (init: Init, draw: DrawRows, shared: Key, heads: number): Init =>
  (key, shape, size) => {
    const weight = init(key, shape, size);
    const [width = 0] = shape;
    const rows = width / heads;
    for (let head = 0; head < heads; head++)
      for (const [i, value] of draw(fold(shared, "looking", head), rows, width).entries())
        weight[head * rows * width + i]! += strength.alike * value;
    return weight;
  };

/** An orthogonal matrix for values, the inverse's opposite for the output. */
const undone =
  (init: Init, draw: DrawRows, shared: Key, isOutput: boolean): Init =>
  (key, shape, size) => {
    const [width = 0] = shape;
    const matrix = draw(fold(shared, "passing"), width, width);
    return init(key, shape, size).map((value, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      const turned = isOutput ? -matrix[column * width + row]! : matrix[i]!;
      return strength.own * value + strength.undone * turned;
    });
  };

/** Longest wave, in sides of the picture. */
const longestWave = 8;

/**
 * Waves across and down the grid of patches, from a side of the picture to {@link longestWave} of them: patches near each
 * other have positions alike. A class token before the patches keeps its own.
 */
const waves =
  (init: Init): Init =>
  (key, shape, size) => {
    const positions = init(key, shape, size);
    const [tokens = 0, width = 0] = shape;
    const grid = Math.floor(Math.sqrt(tokens));
    const before = tokens - grid * grid;
    for (let patch = 0; patch < grid * grid; patch++)
      for (let wave = 0; wave < Math.floor(width / 4); wave++) {
        const frequency = ((2 * Math.PI) / grid) * longestWave ** ((-4 * wave) / width);
        const [x, y] = [frequency * (patch % grid), frequency * Math.floor(patch / grid)];
        const values = [Math.sin(x), Math.cos(x), Math.sin(y), Math.cos(y)];
        positions.set(
          values.map((value) => strength.waves * value),
          (before + patch) * width + 4 * wave,
        );
      }
    return positions;
  };

/** Draws `[count, width]` rows by a key. */
type DrawRows = (key: Key, count: number, width: number) => Float32Array;

/** {@link orthonormalRows}, drawn once for the two projections that share them: the second takes what the first left. */
function drawForTwo(): DrawRows {
  const left = new Map<string, Float32Array>();
  return (key, count, width) => {
    const name = key.join(" ");
    const rows = left.get(name) ?? orthonormalRows(key, count, width);
    if (!left.delete(name)) left.set(name, rows);
    return rows;
  };
}

/** `[count, width]`: random rows of length 1, each orthogonal to the others (Gram and Schmidt). */
function orthonormalRows(key: Key, count: number, width: number): Float32Array {
  const rows = normal(key, count * width);
  for (let at = 0; at < count; at++) {
    const row = rows.subarray(at * width, (at + 1) * width);
    for (let earlier = 0; earlier < at; earlier++) {
      const other = rows.subarray(earlier * width, (earlier + 1) * width);
      const shadow = row.reduce((sum, value, i) => sum + value * other[i]!, 0);
      for (let i = 0; i < width; i++) row[i]! -= shadow * other[i]!;
    }
    const length = Math.hypot(...row);
    for (let i = 0; i < width; i++) row[i]! /= length;
  }
  return rows;
}
