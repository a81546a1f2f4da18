import type { Region } from "./platform.ts";

/** A rectangle whose bounds may be between pixels. */
interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The region to decode for a part of a picture that is shown at a size: every pixel that it touches, made as small as goes without enlarging. */
export function regionFor(part: Rectangle, { width, height }: { width: number; height: number }): Region {
  const fits = (by: number): boolean => part.width >= by * width && part.height >= by * height;
  const shrink = ([8, 4, 2] as const).find(fits) ?? 1;
  const [left, top] = [Math.floor(part.left / shrink), Math.floor(part.top / shrink)];
  return {
    left,
    top,
    width: Math.ceil((part.left + part.width) / shrink) - left,
    height: Math.ceil((part.top + part.height) / shrink) - top,
    shrink,
  };
}

/** Where a part of a picture is within the decoded rectangle of it. */
export const boxWithin = ({ left, top, width, height }: Rectangle, { shrink, ...decoded }: Region): Rectangle => ({
  left: left / shrink - decoded.left,
  top: top / shrink - decoded.top,
  width: width / shrink,
  height: height / shrink,
});
