import { concat, reshape, slice, transpose } from "../../engine/ops/layout.ts";
import { resize } from "../../engine/ops/resize.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { extents } from "../../nn/extents.ts";

/** Rows and columns of patches. */
export type Grid = readonly [rows: number, columns: number];

/**
 * Position embeddings of a grid of patches, fitted to another grid by bicubic interpolation, as Hugging Face's
 * `interpolate_pos_encoding` does.
 *
 * @param positions `[lead + rows * columns, width]`, the grid row by row
 * @param from      the grid that they are for
 * @param to        the new grid
 * @param lead      tokens before the grid, such as a class token: their positions stay
 * @returns         `[lead + rows * columns, width]`; `positions` itself if the grid is the same
 */
export function resizePositions(positions: Tensor, from: Grid, to: Grid, lead: number): Tensor {
  const [, width] = extents(positions, "tokens", "width");
  if (from[0] === to[0] && from[1] === to[1]) return positions;
  const plane = transpose(reshape(slice(positions, [[lead]]), [...from, width]), [2, 0, 1]);
  const fitted = reshape(transpose(resize(plane, to, "cubic"), [1, 2, 0]), [to[0] * to[1], width]);
  return lead === 0 ? fitted : concat([slice(positions, [[0, lead]]), fitted], 0);
}

/**
 * Fixed positions of a square grid: for each axis, sines and cosines of the cell's number at geometrically falling
 * frequencies, the column's before the row's. Tokens before the grid have zeros.
 *
 * @returns `[lead + side * side, width]`; `width` is a multiple of 4
 * @see Chen et al. 2021, https://arxiv.org/abs/2104.02057 section 5
 */
export function sinCosPositions(side: number, width: number, lead: number): Float32Array {
  const positions = new Float32Array((lead + side * side) * width);
  const quarter = width / 4;
  for (let cell = 0; cell < side * side; cell++) {
    const place = [cell % side, Math.floor(cell / side)];
    for (let i = 0; i < width; i++) {
      const [axis, rest] = [Math.floor(i / (2 * quarter)), i % (2 * quarter)];
      const angle = place[axis]! / 10_000 ** ((rest % quarter) / quarter);
      positions[(lead + cell) * width + i] = rest < quarter ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return positions;
}
