import { shapeText } from "../engine/shape.ts";
import type { Axes, Tensor } from "../engine/tensor.ts";
import { ShapeError } from "../platform/error.ts";

/**
 * The extents of a tensor whose axes are known by name.
 *
 * @example const [batch, tokens, width] = extents(x, "batch", "tokens", "width");
 * @throws {ShapeError} SHAPE_AXES if it has more axes, or fewer
 */
export function extents<const A extends Axes>(
  { shape }: Pick<Tensor, "shape">,
  ...axes: A
): { readonly [K in keyof A]: number } {
  if (shape.length !== axes.length)
    throw new ShapeError(
      "SHAPE_AXES",
      "tensor",
      `${shapeText(shape)} are not the extents of ${axes.join(", ")}`,
      "give a tensor of these axes",
    );
  return shape as unknown as { readonly [K in keyof A]: number };
}
