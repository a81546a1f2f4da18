import { expect, test } from "vitest";
import { extents } from "./extents.ts";

test("the extents of named axes", () => {
  const [batch, width] = extents({ shape: [2, 3] }, "batch", "width");
  expect([batch, width]).toEqual([2, 3]);
});

test("another number of axes is refused, with the names", () => {
  expect(() => extents({ shape: [2, 3, 4] }, "batch", "width")).toThrow(
    expect.objectContaining({
      code: "SHAPE_AXES",
      message: "tensor: [2, 3, 4] are not the extents of batch, width\n  mend: give a tensor of these axes",
    }),
  );
});
