/**
 * How a picture's size is changed; nothing is ever enlarged.
 *
 * - `no`: not at all.
 * - `keep_ratio`: the short side becomes `size`.
 * - `keep_ratio_largest`: the long side becomes `size`.
 * - `center_crop`: the short side becomes `size` and the middle is cut out; a square, unless a side is shorter than `size`.
 * - `border`: the long side becomes `size` and white borders make it a square of `size`.
 *
 * The names are those of img2dataset.
 */
export const resizeModes = ["no", "keep_ratio", "keep_ratio_largest", "center_crop", "border"] as const;

/** How a picture's size is changed. */
export type ResizeMode = (typeof resizeModes)[number];

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What to do with a picture: scale it, then cut out or surround its middle. */
export interface ResizePlan {
  readonly scaled: Size;
  /** Smaller than `scaled` where it is cut, larger where it gets borders. */
  readonly canvas: Size;
}

/** Plans the change of a picture of this size. */
export function planResize({ width, height }: Size, mode: ResizeMode, size: number): ResizePlan {
  const side = mode === "border" || mode === "keep_ratio_largest" ? Math.max(width, height) : Math.min(width, height);
  const factor = mode === "no" ? 1 : Math.min(1, size / side);
  const scaled = {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
  if (mode === "border") return { scaled, canvas: { width: size, height: size } };
  if (mode === "center_crop")
    return { scaled, canvas: { width: Math.min(size, scaled.width), height: Math.min(size, scaled.height) } };
  return { scaled, canvas: scaled };
}
