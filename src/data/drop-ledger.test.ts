import { expect, test } from "vitest";
import { InputError } from "../platform/error.ts";
import { counted, DropLedger, type DroppedSample } from "./drop-ledger.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

const thrown = (work: () => void): InputError => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

test("counts by reason and lists each sample once", () => {
  const lines: DroppedSample[] = [];
  const ledger = new DropLedger({ maxShare: 1, onNew: (dropped) => lines.push(dropped) });
  ledger.drop("a.jpg", "CAPTION_EMPTY");
  ledger.drop("b.jpg", "IMAGE_NOT_DECODABLE");
  ledger.drop("a.jpg", "CAPTION_EMPTY"); // in the next epoch
  expect(ledger.dropped).toBe(3);
  expect([...ledger.byReason]).toEqual([
    ["CAPTION_EMPTY", 2],
    ["IMAGE_NOT_DECODABLE", 1],
  ]);
  expect(ledger.jsonl()).toBe(
    '{"key":"a.jpg","reason":"CAPTION_EMPTY"}\n{"key":"b.jpg","reason":"IMAGE_NOT_DECODABLE"}\n',
  );
  expect(lines.map(({ key }) => key)).toEqual(["a.jpg", "b.jpg"]);
});

test("above the allowed share it stops, but not before enough samples were seen", async () => {
  const ledger = new DropLedger({ maxShare: 0.1, judgeAfter: 20 });
  for await (const _ of counted(numbers(16), ledger)) continue;
  for (const name of ["w", "x", "y"]) ledger.drop(name, "CAPTION_EMPTY"); // 3 of 19: too early to judge
  expect(ledger.kept).toBe(16);
  const error = thrown(() => ledger.drop("z", "IMAGE_NOT_DECODABLE"));
  expect(error.code).toBe("TOO_MANY_DROPS");
  expect(error.message).toBe(
    "w: 4 of 20 samples were dropped (CAPTION_EMPTY 3, IMAGE_NOT_DECODABLE 1), more than the allowed 10 %\n" +
      "  mend: repair or remove the samples that the run's dropped.jsonl lists, or allow a larger share: data.maxDropped",
  );
});

test("at the end of the data the share is judged however few there are", async () => {
  const ledger = new DropLedger();
  for await (const _ of counted(numbers(9), ledger)) continue;
  ledger.finish();
  ledger.drop("bad", "SHARD_CORRUPT");
  expect(thrown(() => ledger.finish()).message).toContain("1 of 10 samples");
});

test("exactly the allowed share passes", async () => {
  const ledger = new DropLedger({ maxShare: 0.25, judgeAfter: 1 });
  for await (const _ of counted(numbers(3), ledger)) continue;
  ledger.drop("one", "CAPTION_EMPTY");
  expect(() => ledger.finish()).not.toThrow();
});
