import { expect, test } from "vitest";
import { planResize, type ResizeMode } from "./resize-plan.ts";

test.each<[ResizeMode, string, string, string]>([
  ["no", "1000x500", "1000x500", "1000x500"],
  ["keep_ratio", "1000x500", "512x256", "512x256"],
  ["keep_ratio", "500x1000", "256x512", "256x512"],
  ["keep_ratio", "300x200", "300x200", "300x200"],
  ["keep_ratio_largest", "1000x500", "256x128", "256x128"],
  ["keep_ratio_largest", "256x10", "256x10", "256x10"],
  ["keep_ratio_largest", "9000x10", "256x1", "256x1"],
  ["center_crop", "1000x500", "512x256", "256x256"],
  ["center_crop", "1000x200", "1000x200", "256x200"],
  ["center_crop", "100x50", "100x50", "100x50"],
  ["border", "1000x500", "256x128", "256x256"],
  ["border", "100x50", "100x50", "256x256"],
])("%s of %s", (mode, from, scaled, canvas) => {
  const size = (text: string): { width: number; height: number } => {
    const [width = 0, height = 0] = text.split("x").map(Number);
    return { width, height };
  };
  expect(planResize(size(from), mode, 256)).toEqual({ scaled: size(scaled), canvas: size(canvas) });
});
