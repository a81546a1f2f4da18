import { describe, expect, test } from "vitest";
import { InputError } from "../platform/error.ts";
import { parseHeader } from "./safetensors-header.ts";

/** A file of the given header text and `dataBytes` zeros; `claimed`: what its size field says. */
function file(
  header: string,
  dataBytes: number,
  claimed = BigInt(new TextEncoder().encode(header).length),
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed, true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (start: number | string, end: number | string, shape = "[2]", dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${start},${end}]}`;

test("a good header: entries in the order of their bytes, ranges of the file", () => {
  const header = `{"b":${entry(8, 12, "[]")},"a":${entry(0, 8)},"__metadata__":{"k":"v"}}   `;
  const start = 8 + header.length;
  expect(parseHeader(file(header, 12), "f")).toEqual({
    metadata: { k: "v" },
    entries: [
      { name: "a", dtype: "F32", shape: [2], start, end: start + 8 },
      { name: "b", dtype: "F32", shape: [], start: start + 8, end: start + 12 },
    ],
  });
});

test("an empty header, and equal keys in different objects, are good", () => {
  expect(parseHeader(file("{}", 0), "f").entries).toEqual([]);
  expect(parseHeader(file(`{"dtype":${entry(0, 8)}}`, 8), "f").entries).toHaveLength(1);
});

describe("a header that lies is refused", () => {
  const huge = "[9007199254740991,9007199254740991,0]";
  test.each<[code: string, found: RegExp, bytes: Uint8Array]>([
    ["SAFETENSORS_TRUNCATED", /7 bytes cannot hold/, new Uint8Array(7)],
    ["SAFETENSORS_TRUNCATED", /claims 10 bytes, the file has 2 after/, file("{}", 0, 10n)],
    ["SAFETENSORS_HEADER_TOO_LARGE", /claims 100000001 bytes/, file("{}", 0, 100_000_001n)],
    ["SAFETENSORS_HEADER_TOO_LARGE", /claims 18446744073709551615 bytes/, file("{}", 0, 2n ** 64n - 1n)],
    ["SAFETENSORS_HEADER_NOT_JSON", /does not begin with \{/, file(" {}", 0)],
    ["SAFETENSORS_HEADER_NOT_JSON", /does not begin with \{/, file("[]", 0)],
    ["SAFETENSORS_HEADER_NOT_JSON", /not valid JSON/, file(`{"a":`, 0)],
    ["SAFETENSORS_HEADER_NOT_JSON", /not UTF-8/, file("{}", 1, 3n).fill(0xff, 10)],
    ["SAFETENSORS_DUPLICATE_KEY", /the key "a" twice/, file(`{"a":${entry(0, 8)},"a":${entry(0, 8)}}`, 8)],
    ["SAFETENSORS_DUPLICATE_KEY", /the key "a" twice/, file(`{"a":${entry(0, 8)},"\\u0061" : ${entry(0, 8)}}`, 8)],
    ["SAFETENSORS_DUPLICATE_KEY", /"shape" twice/, file(`{"a":{"shape":[1],"shape":[2],"dtype":"U8"}}`, 8)],
    ["SAFETENSORS_ENTRY_INVALID", /__metadata__: it is not a map/, file(`{"__metadata__":{"k":1}}`, 0)],
    ["SAFETENSORS_ENTRY_INVALID", /header entry a: .*shape/, file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4)],
    [
      "SAFETENSORS_ENTRY_INVALID",
      /header entry a: .*Unrecognized key/,
      file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":1}}`, 1),
    ],
    ["SAFETENSORS_ENTRY_INVALID", /header entry a/, file(`{"a":${entry(0, 8, "[-2]")}}`, 8)],
    ["SAFETENSORS_ENTRY_INVALID", /header entry a/, file(`{"a":${entry(0, 8, "[1.5]")}}`, 8)],
    ["SAFETENSORS_ENTRY_INVALID", /header entry a/, file(`{"a":${entry(0, "1e300")}}`, 8)],
    ["SAFETENSORS_ENTRY_INVALID", /header entry a/, file(`{"a":${entry(-8, 0)}}`, 8)],
    ["SAFETENSORS_DTYPE_UNKNOWN", /tensor a has elements of type F64/, file(`{"a":${entry(0, 16, "[2]", "F64")}}`, 16)],
    ["SAFETENSORS_DTYPE_UNKNOWN", /of type toString/, file(`{"a":${entry(0, 16, "[2]", "toString")}}`, 16)],
    ["SAFETENSORS_OVERFLOW", /tensor a of shape .* more than 2\^53 bytes/, file(`{"a":${entry(0, 0, huge)}}`, 0)],
    [
      "SAFETENSORS_SIZE_MISMATCH",
      /F32 \[3\], takes 12 bytes, its offsets 0 to 8 give 8/,
      file(`{"a":${entry(0, 8, "[3]")}}`, 8),
    ],
    ["SAFETENSORS_SIZE_MISMATCH", /offsets 8 to 0 give -8/, file(`{"a":${entry(8, 0)}}`, 8)],
    [
      "SAFETENSORS_OVERLAP",
      /a ends at byte 1\d\d, b starts at 1\d\d/,
      file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12),
    ],
    [
      "SAFETENSORS_GAP",
      /a ends at byte 1\d\d, b starts at 1\d\d/,
      file(`{"a":${entry(0, 8)},"b":${entry(12, 20)}}`, 20),
    ],
    ["SAFETENSORS_GAP", /the header ends at byte \d+, a starts/, file(`{"a":${entry(4, 12)}}`, 12)],
    ["SAFETENSORS_OUT_OF_BOUNDS", /a ends at byte \d+, the file has \d+/, file(`{"a":${entry(0, 8)}}`, 7)],
    [
      "SAFETENSORS_OUT_OF_BOUNDS",
      /a ends at byte 400000000\d+/,
      file(`{"a":${entry(0, 4e15, "[1000000000000000]")}}`, 8),
    ],
    ["SAFETENSORS_TRAILING_BYTES", /a ends at byte \d+, the file has \d+/, file(`{"a":${entry(0, 8)}}`, 9)],
  ])("%s: %s", (code, found, bytes) => {
    let thrown: unknown;
    try {
      parseHeader(bytes, "model.safetensors");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputError);
    const { message, ...rest } = thrown as InputError;
    expect(rest).toMatchObject({ code, where: "model.safetensors" });
    expect(message).toMatch(found);
    expect(message).toMatch(/^model\.safetensors: .*\n {2}mend: \S/);
  });
});

test("a header of many entries is checked in linear time", () => {
  const entries = Array.from({ length: 50_000 }, (_, i) => `"t${i}":${entry(i * 8, i * 8 + 8)}`);
  expect(parseHeader(file(`{${entries.join()}}`, 400_000), "f").entries).toHaveLength(50_000);
});
