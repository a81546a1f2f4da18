import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

test("JSON is parsed, anything else is undefined", () => {
  expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  expect(parseJson("null")).toBeNull();
  for (const text of ["", "{", "undefined", "1 2"]) expect(parseJson(text)).toBeUndefined();
});
