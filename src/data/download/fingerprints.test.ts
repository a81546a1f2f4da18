import { expect, test } from "vitest";
import { bits, key } from "../../engine/random.ts";
import { Fingerprints } from "./fingerprints.ts";

test("finds again what was added, zero too, while it grows", () => {
  const words = bits(key(1), 20_000);
  const hashes = Array.from({ length: 10_000 }, (_, i) => (BigInt(words[2 * i]!) << 32n) | BigInt(words[2 * i + 1]!));
  const seen = new Fingerprints();
  expect(hashes.filter((hash) => !seen.add(hash))).toEqual([]);
  expect(hashes.filter((hash) => seen.add(hash))).toEqual([]);
  expect([seen.add(0n), seen.add(0n)]).toEqual([true, false]);
});

test("hashes with the same low bits are told apart", () => {
  const seen = new Fingerprints();
  const hashes = Array.from({ length: 300 }, (_, i) => BigInt(i + 1) << 40n);
  expect(hashes.filter((hash) => !seen.add(hash))).toEqual([]);
});
