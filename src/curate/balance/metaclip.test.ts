import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { key } from "../../engine/random.ts";
import { noModel } from "../../testing/no-model.ts";
import { tableOfRows, withSetScores } from "../score-table.ts";
import type { Candidate } from "../stage.ts";
import { balance } from "./metaclip.ts";
import { metaclip } from "./metaclip-stage.node.ts";

const texts = (count: number, entries: readonly string[], name: string) =>
  Array.from({ length: count }, (_, i) => ({ id: `${name} ${i}`, entries }));

/** How many stay with a limit. */
const kept = (limits: Float64Array, limit: number) => limits.filter((needed) => needed < limit).length;

describe("balancing", () => {
  test("tail entries keep everything, head entries about the limit", () => {
    const all = [...texts(20_000, ["photo"], "head"), ...texts(300, ["axolotl"], "tail"), { id: "none", entries: [] }];
    const { rarest, limit } = balance(all, { key: key(1) });
    expect([rarest[0], rarest[20_000], rarest.at(-1)]).toEqual([20_000, 300, NaN]);
    expect(kept(limit.slice(20_000, 20_300), 300)).toBe(300);
    expect(limit.at(-1)).toBeNaN();
    // binomial of 20,000 and 1/20: standard deviation 31; of 1/4: 61
    expect(Math.abs(kept(limit.slice(0, 20_000), 1000) - 1000)).toBeLessThan(125);
    expect(Math.abs(kept(limit.slice(0, 20_000), 5000) - 5000)).toBeLessThan(245);
  });

  test("a text stays if any of its entries lets it pass", () => {
    const all = [...texts(8000, ["photo"], "a"), ...texts(8000, ["photo", "red"], "b"), ...texts(8000, ["red"], "c")];
    const { limit } = balance(all, { key: key(2) });
    // photo and red occur in 16,000 texts each: 1/4, and 1 - (3/4)^2 = 7/16 for those with both
    expect(Math.abs(kept(limit.slice(0, 8000), 4000) - 2000)).toBeLessThan(160);
    expect(Math.abs(kept(limit.slice(8000, 16_000), 4000) - 3500)).toBeLessThan(180);
  });

  test("the verdict on a text does not depend on the order", () => {
    const all = texts(500, ["photo"], "x");
    const forward = balance(all, { key: key(3) }).limit;
    const backward = balance(all.toReversed(), { key: key(3) }).limit;
    expect(backward.toReversed()).toEqual(forward);
    expect(balance(all, { key: key(4) }).limit).not.toEqual(forward);
  });
});

const candidate = (id: string, ...captions: readonly string[]): Candidate => ({
  key: id,
  sample: { key: id, image: new Uint8Array(), captions: captions.map((text) => ({ text })), metadata: {} },
  picture: () => Promise.reject(new Error("no picture is needed")),
});

async function judged(options: object, candidates: readonly Candidate[]) {
  const rule = await metaclip.build(options, "test", noModel);
  const [balancing] = rule.setScorers!;
  const rows = await balancing!.scorers[0]!.score(candidates);
  const everyRow = Uint32Array.from(candidates.keys());
  const entries = tableOfRows(rows.map((row, i) => ({ key: candidates[i]!.key, ...row })));
  const verdict = await rule.judge(await withSetScores(entries, [balancing!], everyRow), everyRow);
  return { rows, reasons: candidates.map((_, row) => verdict.get(row)) };
}

describe("the stage", () => {
  test("a list from a file: entries are matched over all captions of a sample", async () => {
    const path = join(tmpdir(), `fovea-metadata-${process.pid}.json`);
    await writeFile(path, '["dog", "hot dog", "cat"]');
    const { rows, reasons } = await judged({ metadata: path }, [
      candidate("1", "a hot dog", "a cat"),
      candidate("2", "Dogs"),
    ]);
    expect(rows).toEqual([{ metadata_entries: "0 1 2" }, { metadata_entries: "" }]);
    expect(reasons).toEqual([undefined, "METADATA_UNMATCHED"]);
  });

  test("WordNet's synsets", async () => {
    const { reasons } = await judged({}, [candidate("1", "a dog"), candidate("2", "xyzzy plugh")]);
    expect(reasons).toEqual([undefined, "METADATA_UNMATCHED"]);
  });

  test("words of the captions themselves, from a count on", async () => {
    const candidates = [
      candidate("1", "red, car"),
      candidate("2", "a car!"),
      candidate("3", "boat"),
      candidate("4", "..."),
    ];
    const { rows, reasons } = await judged({ metadata: "unigrams", minCount: 2 }, candidates);
    expect(rows.map(({ unigrams }) => unigrams)).toEqual(["red car", "a car", "boat", ""]);
    expect(reasons).toEqual([undefined, undefined, "METADATA_UNMATCHED", "METADATA_UNMATCHED"]);
  });

  test("a missing list is named", async () => {
    await expect(metaclip.build({ metadata: "no-such-list.json" }, "test", noModel)).rejects.toThrow(
      "no-such-list.json",
    );
  });
});
