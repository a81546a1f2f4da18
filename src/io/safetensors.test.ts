import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

const goldens = new URL("../../fixtures/golden/", import.meta.url);
const golden = (path: string) => new Uint8Array(readFileSync(new URL(path, goldens)));

describe("readSafetensors", () => {
  test("reads every type that Python wrote", () => {
    const { tensors, metadata } = readSafetensors(golden("safetensors/all_types.safetensors"));
    expect(metadata).toEqual({ format: "pt" });
    expect(Object.fromEntries(tensors)).toEqual({
      "b.weight": { dtype: "float32", shape: [2, 3], data: Float32Array.of(-0.5, -0.25, 0, 0.25, 0.5, 0.75) },
      "a.half": {
        dtype: "float16",
        shape: [8],
        data: Uint16Array.of(0, 0x8000, 0x3c00, 0xc100, 0x7bff, 1, 0x7c00, 0xfc00),
      },
      ids: { dtype: "int64", shape: [2, 2], data: BigInt64Array.of(-1n, 2n ** 53n + 1n, 7n, -(2n ** 63n)) },
      int: { dtype: "int32", shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) },
      mask: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
      bytes: { dtype: "uint8", shape: [1, 3], data: Uint8Array.of(0, 255, 7) },
      scalar: { dtype: "float32", shape: [], data: Float32Array.of(2.5) },
      empty: { dtype: "float32", shape: [0, 4], data: new Float32Array() },
      '이름 "é" 🙂': { dtype: "float32", shape: [1], data: Float32Array.of(1.5) },
    });
  });

  test("widens bfloat16", () => {
    const { tensors, metadata } = readSafetensors(golden("safetensors/bfloat16.safetensors"));
    expect(metadata).toEqual({});
    expect(tensors.get("brain")).toEqual({
      dtype: "float32",
      shape: [2, 2],
      data: Float32Array.of(1, -3.140625, 1.0002555517425873e30, -0),
    });
  });

  test("aligned tensors are views, others copies with the same values", () => {
    const file = golden("safetensors/all_types.safetensors");
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    const weight = readSafetensors(file).tensors.get("b.weight")!;
    const copy = readSafetensors(shifted.subarray(1)).tensors.get("b.weight")!;
    expect(weight.data.buffer).toBe(file.buffer);
    expect(copy.data.buffer).not.toBe(shifted.buffer);
    expect(copy).toEqual(weight);
  });
});

test("a file with any header byte changed is read or refused, never crashes", () => {
  const file = golden("safetensors/all_types.safetensors");
  const headerEnd = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const refused = new Set<unknown>();
  for (let at = 0; at < headerEnd; at++) {
    for (const value of [0, 0x22, 0x39, 0x7b, 0x7d, 0xff]) {
      const damaged = file.slice();
      damaged[at] = value;
      try {
        readSafetensors(damaged);
      } catch (error) {
        refused.add(error instanceof InputError ? error.code : error);
      }
    }
  }
  expect([...refused].filter((code) => typeof code !== "string" || !code.startsWith("SAFETENSORS_"))).toEqual([]);
  expect(refused.size).toBeGreaterThan(5);
});

describe("writeSafetensors", () => {
  test("writes byte for byte what the reference writes", () => {
    const file = golden("safetensors/all_types.safetensors");
    const { tensors, metadata } = readSafetensors(file);
    const reversed = new Map([...tensors].toReversed()); // the order given does not matter
    expect(Buffer.from(writeSafetensors(reversed, metadata)).equals(file)).toBe(true);
  });

  test("stores floats as the type asked for, and only floats", () => {
    const tensors = new Map<string, HostTensor>([
      ["w", { dtype: "float32", shape: [2], data: Float32Array.of(0.1, -1) }],
      ["h", { dtype: "float16", shape: [1], data: Uint16Array.of(0x3c00) }],
      ["ids", { dtype: "int64", shape: [1], data: BigInt64Array.of(3n) }],
    ]);
    const half = readSafetensors(writeSafetensors(tensors, {}, { dtype: "float16" })).tensors;
    expect(half.get("w")).toEqual({ dtype: "float16", shape: [2], data: Uint16Array.of(0x2e66, 0xbc00) });
    const single = readSafetensors(writeSafetensors(tensors, {}, { dtype: "float32" })).tensors;
    expect(single.get("h")).toEqual({ dtype: "float32", shape: [1], data: Float32Array.of(1) });
    expect([half.get("ids"), single.get("ids")]).toEqual([tensors.get("ids"), tensors.get("ids")]);
  });

  test("marks the file for Python's from_pretrained", () => {
    expect(readSafetensors(writeSafetensors(new Map())).metadata).toEqual({ format: "pt" });
  });
});
