import { expand } from "../../engine/ops/broadcast.ts";
import { add } from "../../engine/ops/elementwise.ts";
import { gather } from "../../engine/ops/gather.ts";
import { concat, pad, reshape, slice, transpose } from "../../engine/ops/layout.ts";
import { affine } from "../../engine/ops/matmul.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { extents } from "../../nn/extents.ts";
import { keepPatches } from "../../nn/patch-dropout.ts";
import { ShapeError } from "../../platform/error.ts";
import { resizePositions, type Grid } from "./positions.ts";

/** What may be asked of a picture tower at each use. */
export interface VisionInputOptions {
  /**
   * FLIP: the patches that each picture keeps, `[batch, kept]` int64, see `drawKeptPatches`. The others are never
   * embedded; each kept one has the position that it had.
   */
  readonly keep?: Tensor;
  /** Fit the position embeddings to pictures of another size than the tower's; else that is an error. */
  readonly resizePositions?: boolean;
}

/** The parameters that turn pictures into tokens, whichever names they have. */
export interface PatchParameters {
  /** Pixels of the pictures that `positions` are for. */
  readonly size: readonly [height: number, width: number];
  /** `[width, channels, patch, patch]`: the kernel of a convolution whose stride is its size. */
  readonly kernel: Tensor;
  /** `[width]`. */
  readonly bias?: Tensor;
  /** `[width]`: a learned token before the patches. */
  readonly classToken?: Tensor;
  /** `[tokens, width]`: one for the class token if there is one, then the patches row by row. */
  readonly positions: Tensor;
}

/**
 * Pictures as tokens with positions: `[batch, channels, height, width] -> [batch, tokens, width]`, the class token first.
 * @param where names the module in errors
 * @throws {ShapeError} SHAPE_IMAGE_SIZE
 */
export function embedPatches(
  where: string,
  pixels: Tensor,
  { size, kernel, bias, classToken, positions }: PatchParameters,
  { keep, resizePositions: isResized = false }: VisionInputOptions,
): Tensor {
  const [batch, , height, across] = extents(pixels, "batch", "channels", "height", "width");
  if (!isResized && (height !== size[0] || across !== size[1]))
    throw new ShapeError(
      "SHAPE_IMAGE_SIZE",
      where,
      `pictures of ${across} x ${height} px, but positions for ${size[1]} x ${size[0]} px (image_size)`,
      `give pictures of ${size[1]} x ${size[0]} px, or have the positions resized`,
    );
  const [width, , patch] = extents(kernel, "width", "channels", "patch", "patch");
  const cells = cutPatches(pixels, patch); // [batch, patches, channels * patch * patch]
  const patches = affine(keep ? keepPatches(cells, keep) : cells, reshape(kernel, [width, -1]), bias);
  const grid = gridOf([height, across], patch);
  const fitted = resizePositions(positions, gridOf(size, patch), grid, classToken ? 1 : 0);
  if (classToken === undefined) return add(patches, keep ? gather(fitted, keep) : fitted);
  const first = reshape(classToken, [1, width]);
  if (keep) {
    const placed = reshape(add(first, slice(fitted, [[0, 1]])), [1, 1, width]);
    return concat([expand(placed, [batch, 1, width]), add(patches, gather(slice(fitted, [[1]]), keep))], 1);
  }
  // The class token stands in a row of zeros, so that one addition places it and all positions, at any batch size.
  const before = (x: Tensor): Tensor => pad(x, [[0, 0], [1, 0], [0, 0]]); // prettier-ignore
  return add(before(patches), add(fitted, pad(first, [[0, grid[0] * grid[1]], [0, 0]]))); // prettier-ignore
}

/**
 * Cuts pictures into square patches, row by row. What is left over on the right and below is cut off, as by a
 * convolution without padding: `[batch, channels, height, width] -> [batch, patches, channels * patch * patch]`.
 */
export function cutPatches(pixels: Tensor, patch: number): Tensor {
  const [batch, channels, height, width] = extents(pixels, "batch", "channels", "height", "width");
  const [rows, columns] = gridOf([height, width], patch);
  const whole = slice(pixels, [undefined, undefined, [0, rows * patch], [0, columns * patch]]);
  const grid = reshape(whole, [batch, channels, rows, patch, columns, patch]);
  return reshape(transpose(grid, [0, 2, 4, 1, 3, 5]), [batch, rows * columns, channels * patch * patch]);
}

/** The whole patches of a picture. */
export const gridOf = ([height, width]: readonly [number, number], patch: number): Grid => [
  Math.floor(height / patch),
  Math.floor(width / patch),
];
