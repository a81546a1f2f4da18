import { checked } from "../define-op.ts";
import { badShape, demandExtents, sizeOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./elementwise.ts";
import { gather } from "./gather.ts";
import { reshape } from "./layout.ts";
import { constant } from "./leaf.ts";
import { affine, matmul } from "./matmul.ts";

/** Resampling of grids by interpolation, as position embeddings and feature maps need. */

/** How a grid is read between its points; along two axes, `linear` is bilinear and `cubic` bicubic. */
export type Interpolation = "nearest" | "linear" | "cubic";

/**
 * Resizes the last axes, one after the other. Points are the middles of cells (`align_corners=False`), the grid is
 * continued by its border, and nothing is smoothed before it is made smaller: as PyTorch's `interpolate` does.
 *
 * Each axis is a product with a constant matrix, so gradients of every order are exact.
 * @param x    `[..., ...space]`
 * @param size extents of the last axes after resizing
 * @throws {ShapeError} SHAPE_RESIZE
 */
export function resize(x: Tensor, size: Shape, interpolation: Interpolation): Tensor {
  const first = x.rank - size.length;
  checked("resize", [x], () => {
    demandExtents(size);
    if (first < 0 || x.shape.slice(first).some((extent, i) => extent === 0 && size[i] !== 0))
      throw badShape(
        "SHAPE_RESIZE",
        `it has no grid to be made [${size.join(", ")}]`,
        "give as many extents as the grid has axes, none of them empty",
      );
  });
  return size.reduce((grid, extent, i) => resizeAxis(grid, first + i, extent, interpolation), x);
}

function resizeAxis(x: Tensor, axis: number, to: number, interpolation: Interpolation): Tensor {
  const from = x.shape[axis]!;
  if (from === to) return x; // every point meets its own middle
  if (interpolation === "nearest") {
    const sources = Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
    return gather(x, constant(sources, [to], "int64"), axis);
  }
  const weights = cast(constant(interpolationMatrix(from, to, interpolation), [to, from]), x.dtype);
  const [lead, trail] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const y = trail === 1 ? affine(reshape(x, [lead, from]), weights) : matmul(weights, reshape(x, [lead, from, trail]));
  return reshape(y, x.shape.with(axis, to));
}

/** The matrix `[to, from]` whose rows hold the weights of the points that a new point is read from. */
function interpolationMatrix(from: number, to: number, interpolation: "linear" | "cubic"): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const middle = ((row + 0.5) * from) / to - 0.5;
    const at = interpolation === "linear" ? Math.max(middle, 0) : middle;
    const start = Math.floor(at);
    const weights = interpolation === "linear" ? linearWeights(at - start) : cubicWeights(at - start);
    for (const [offset, weight] of weights) {
      const column = Math.min(Math.max(start + offset, 0), from - 1);
      matrix[row * from + column]! += weight;
    }
  }
  return matrix;
}

type Weights = readonly (readonly [offset: number, weight: number])[];

const linearWeights = (fraction: number): Weights => [
  [0, 1 - fraction],
  [1, fraction],
];

/** Cubic convolution. @see Keys 1981, https://doi.org/10.1109/TASSP.1981.1163711 (with a = -0.75) */
function cubicWeights(fraction: number): Weights {
  const a = -0.75;
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1; //        |t| <= 1
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a; //   1 < |t| < 2
  return [
    [-1, far(fraction + 1)],
    [0, near(fraction)],
    [1, near(1 - fraction)],
    [2, far(2 - fraction)],
  ];
}
