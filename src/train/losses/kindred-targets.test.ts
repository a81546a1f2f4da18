import { expect, test } from "vitest";
import { evaluate } from "../../engine/compile.ts";
import { constant } from "../../engine/ops/leaf.ts";
import { kindredTargets } from "./kindred-targets.ts";

test("a share goes to the others by the softmax of their likeness, none of it to oneself", async () => {
  // Cosines: 0 and 1 0.6, 0 and 2 0, 1 and 2 0.8.
  const meanings = constant([1, 0, 0.6, 0.8, 0, 1], [3, 2]);
  const { targets } = await evaluate({ targets: kindredTargets(meanings, { share: 0.3, temperature: 0.2 }) });
  const of = (likeness: number, other: number): number =>
    (0.3 * Math.exp(likeness / 0.2)) / (Math.exp(likeness / 0.2) + Math.exp(other / 0.2));
  const expected = [
    [0.7, of(0.6, 0), of(0, 0.6)],
    [of(0.6, 0.8), 0.7, of(0.8, 0.6)],
    [of(0, 0.8), of(0.8, 0), 0.7],
  ].flat();
  for (const [i, value] of expected.entries()) expect(targets.data[i]).toBeCloseTo(value, 6);
});

test("without a share each item is its own only answer", async () => {
  const { targets } = await evaluate({
    targets: kindredTargets(constant([1, 0, 1, 0], [2, 2]), { share: 0, temperature: 0.1 }),
  });
  expect([...targets.data]).toEqual([1, 0, 0, 1]);
});
