import { expect, test } from "vitest";
import { alignColumns, displayWidth } from "./columns.ts";

test("wide characters take two cells, combining marks and joiners none", () => {
  expect(displayWidth("apple")).toBe(5);
  expect(displayWidth("빨간 사과")).toBe(9);
  expect(displayWidth("🍎")).toBe(2);
  expect(displayWidth("e\u0301\u200d")).toBe(1);
  expect(displayWidth("–×·✓")).toBe(4);
});

test("columns", () => {
  const rows = [
    ["name", "n", "note"],
    ["사과", "1", ""],
    ["fig", "1,234", "ripe"],
  ];
  expect(alignColumns(rows, ["left", "right", "left"])).toEqual([
    "name      n  note",
    "사과      1",
    "fig   1,234  ripe",
  ]);
});
