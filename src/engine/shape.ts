import type { DType } from "../platform/session.ts";

/** A shape: extents, outermost axis first. */
export type Shape = readonly number[];

/** Element type and shape of a tensor; every extent is a known number. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** `[2, 3]`: how messages write a shape. */
export const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;

/** `float32[2, 3]`: how messages write a type. */
export const typeText = ({ dtype, shape }: TensorType): string => dtype + shapeText(shape);

/** What a shape rule throws; applying the op adds who the operands are. */
export class Misfit extends Error {
  readonly code: string;
  readonly mend: string;
  constructor(code: string, found: string, mend: string) {
    super(found);
    this.code = code;
    this.mend = mend;
  }
}

/** For shape rules: the inputs do not fit; `found` says how, `mend` what to change. `code` starts with `SHAPE_`. */
export const badShape = (code: string, found: string, mend: string): Error => new Misfit(code, found, mend);

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** Whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

/**
 * The shape that several shapes broadcast to, aligned at the last axis; extent 1 repeats (NumPy's rule).
 * @throws SHAPE_NOT_BROADCASTABLE
 */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const extent = extents.find((n) => n !== 1) ?? 1;
    if (extents.some((n) => n !== 1 && n !== extent))
      throw badShape(
        "SHAPE_NOT_BROADCASTABLE",
        `${shapes.map(shapeText).join(" and ")} differ at axis ${axis - rank} (${extents.join(" and ")})`,
        "make the extents equal, or one of them 1",
      );
    return extent;
  });
}

/**
 * A non-negative axis for `axis`, which may count from the end.
 * @throws SHAPE_NO_SUCH_AXIS
 */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank)
    throw badShape(
      "SHAPE_NO_SUCH_AXIS",
      `axis ${axis} of a tensor of rank ${rank}`,
      rank === 0 ? "give the tensor an axis first" : `use an axis of ${-rank} to ${rank - 1}`,
    );
  return resolved;
}

/**
 * Non-negative, ascending axes; all axes if none are given.
 * @throws SHAPE_NO_SUCH_AXIS
 */
export function resolveAxes(axes: number | readonly number[] | undefined, rank: number): readonly number[] {
  if (axes === undefined) return [...Array(rank).keys()];
  const resolved = [axes].flat().map((axis) => resolveAxis(axis, rank));
  if (new Set(resolved).size !== resolved.length)
    throw badShape("SHAPE_NO_SUCH_AXIS", `axes ${String(axes)} name an axis twice`, "name each axis once");
  return resolved.toSorted((a, b) => a - b);
}

/**
 * Demands whole numbers of 0 and more.
 * @throws SHAPE_EXTENT
 */
export function demandExtents(shape: Shape): void {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw badShape("SHAPE_EXTENT", `${shapeText(shape)} is not a shape`, "extents are whole numbers, 0 or more");
}

const isKind = {
  float: (dtype: DType) => dtype === "float32" || dtype === "float16",
  number: (dtype: DType) => dtype !== "bool",
  bool: (dtype: DType) => dtype === "bool",
  any: () => true,
} as const;

/** What may be computed on: floating-point numbers, any numbers, truth values, or anything. */
export type Kind = keyof typeof isKind;

const kindMend = {
  float: "cast all to float32",
  number: "cast all to one type of number",
  bool: "compare first, or cast to bool",
  any: "cast one to the other's",
} as const satisfies Record<Kind, string>;

/**
 * Demands inputs of one element type, which is of a kind.
 * @throws SHAPE_DTYPE
 */
export function demand(kind: Kind, inputs: readonly TensorType[]): void {
  const { dtype } = inputs[0]!;
  const isSame = inputs.every((input) => input.dtype === dtype);
  if (isSame && isKind[kind](dtype)) return;
  const found = isSame ? `it is not for ${dtype}` : "the element types differ";
  throw badShape("SHAPE_DTYPE", found, kindMend[kind]);
}
