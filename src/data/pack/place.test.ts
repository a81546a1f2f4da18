import { expect, test } from "vitest";
import { place, placeBoxes } from "./place.ts";

const wide = { width: 400, height: 200 };
const square = { width: 100, height: 100 };

test("fill stretches", () => {
  expect(place(wide, square, "fill")).toEqual({ ...square, scaled: square, left: 0, top: 0 });
});

test("cover crops the longer axis alike on both sides", () => {
  expect(place(wide, square, "cover")).toEqual({ ...square, scaled: { width: 200, height: 100 }, left: -50, top: 0 });
});

test("contain leaves borders alike on both sides, and enlarges", () => {
  expect(place(wide, square, "contain")).toEqual({ ...square, scaled: { width: 100, height: 50 }, left: 0, top: 25 });
  expect(place({ width: 10, height: 20 }, square, "contain").scaled).toEqual({ width: 50, height: 100 });
});

test("inside keeps the shape, and never enlarges", () => {
  const small = { width: 100, height: 50 };
  expect(place(wide, square, "inside")).toEqual({ ...small, scaled: small, left: 0, top: 0 });
  expect(place({ width: 30, height: 20 }, square, "inside")).toMatchObject({ width: 30, height: 20 });
  expect(place({ width: 30_000, height: 2 }, square, "inside")).toMatchObject({ width: 100, height: 1 });
});

test("boxes go with the pixels: what is cut off is cut off", () => {
  const boxes = [
    {
      label: "middle",
      x: 150,
      y: 50,
      width: 100,
      height: 100,
      polygons: [[150, 50, 250, 50, 200, 150]],
      isCrowd: false,
    },
    { label: "half outside", x: 0, y: 0, width: 200, height: 20 },
    { label: "outside", x: 0, y: 0, width: 100, height: 200 },
  ];
  expect(placeBoxes(boxes, wide, place(wide, square, "cover"))).toEqual([
    { label: "middle", x: 25, y: 25, width: 50, height: 50, polygons: [[25, 25, 75, 25, 50, 75]], isCrowd: false },
    { label: "half outside", x: 0, y: 0, width: 50, height: 10 },
  ]);
  expect(placeBoxes(boxes.slice(1, 2), wide, place(wide, square, "contain"))).toEqual([
    { label: "half outside", x: 0, y: 25, width: 50, height: 5 },
  ]);
});

test("an outline is cut along the record's edge, not bent", () => {
  const triangle = { label: "half", x: 0, y: 0, width: 400, height: 200, polygons: [[0, 0, 400, 0, 0, 200]] };
  const gone = [0, 0, 90, 0, 0, 200]; // left of the record
  const [cut] = placeBoxes(
    [{ ...triangle, polygons: [...triangle.polygons, gone] }],
    wide,
    place(wide, square, "cover"),
  );
  expect(cut).toEqual({
    label: "half",
    x: 0,
    y: 0,
    width: 100,
    height: 100,
    polygons: [[0, 0, 100, 0, 100, 25, 0, 75]], // the long side goes from (150, 0) to (-50, 100)
  });
});

test("masks go with the pixels: cut off, and outside in the borders", () => {
  // Four wide, two high; the second column is inside.
  const source = { width: 4, height: 2 };
  const box = { label: "bar", x: 1, y: 0, width: 1, height: 2, mask: { ...source, counts: [2, 2, 4] } };
  const to = (side: number, fit: "cover" | "contain") =>
    placeBoxes([box], source, place(source, { width: side, height: side }, fit))[0];
  expect(to(2, "cover")).toEqual({ ...box, x: 0, mask: { width: 2, height: 2, counts: [0, 2, 2] } });
  expect(to(4, "contain")).toEqual({ ...box, y: 1, mask: { width: 4, height: 4, counts: [5, 2, 9] } });
});
