import { expect, test } from "vitest";
import { decodePage } from "./decode-page.ts";

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

test("by mark, by name, as UTF-8, else as Western", () => {
  expect(decodePage(new TextEncoder().encode("고양이"))).toBe("고양이");
  expect(decodePage(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62, 0))).toBe("ab");
  expect(decodePage(Uint8Array.from([...ascii('<meta charset="euc-kr">'), 0xb0, 0xed]))).toBe(
    '<meta charset="euc-kr">고',
  );
  expect(decodePage(Uint8Array.from([...ascii("caf"), 0xe9]))).toBe("café");
  expect(decodePage(Uint8Array.from([...ascii('<meta charset="no-such">'), 0xe9]))).toBe('<meta charset="no-such">é');
});
