import { expect, test } from "vitest";
import * as z from "zod";
import { formatDuration, type ProgressMode, progressMode, startProgress } from "./progress.ts";

/** A stream that keeps what is written, and a clock that stands still until told. */
function stage(mode: ProgressMode, columns = 80) {
  const clock = { ms: 1000 };
  const written: string[] = [];
  const stream = { columns, write: (text: string): void => void written.push(text) };
  const progress = startProgress({ task: "train", total: 600, unit: "pictures", mode, stream, now: () => clock.ms });
  return { clock, written, progress };
}

/** What a terminal shows after `text`: the lines, as carriage returns and erasures leave them. */
function screen(text: string): string[] {
  return text.split("\n").map((line) => line.split("\r\u001B[K").at(-1)!);
}

test("plain: the first update, one each five seconds, and the last", () => {
  const { clock, written, progress } = stage("plain");
  for (let step = 1; step <= 600; step++) {
    clock.ms += 50; // 20 steps/s of 128 pictures
    progress.update(step, { items: step * 128, values: { loss: 5.55123 / step } });
  }
  progress.done();
  expect(written).toEqual([
    "train: 1/600, loss 5.551\n",
    "train: 101/600, loss 0.05496, 2,560 pictures/s, 25 s left\n",
    "train: 201/600, loss 0.02762, 2,560 pictures/s, 20 s left\n",
    "train: 301/600, loss 0.01844, 2,560 pictures/s, 15 s left\n",
    "train: 401/600, loss 0.01384, 2,560 pictures/s, 10 s left\n",
    "train: 501/600, loss 0.01108, 2,560 pictures/s, 5 s left\n",
    "train: 600/600, loss 0.009252, 2,560 pictures/s, 0 s left\n",
  ]);
});

test("the rate is not that of the slow start", () => {
  const { clock, written, progress } = stage("plain");
  progress.update(0, { items: 0 });
  clock.ms += 60_000;
  for (let step = 1; step <= 400; step++) {
    clock.ms += 50;
    progress.update(step, { items: step });
  }
  // Shown at step 1, and then every five seconds, which are a hundred steps.
  expect(written.at(-1)).toBe("train: 301/600, 20 pictures/s, 15 s left\n");
});

test("work that is fast and slow by turns has a time left that does not jump", () => {
  const { clock, written, progress } = stage("json");
  const perSecond = (second: number): number => (Math.floor(second / 10) % 2 === 0 ? 4 : 0.5);
  let done = 0;
  for (let second = 0; second < 200; second++) {
    clock.ms += 1000;
    done += perSecond(second); // 2.25 steps a second on average
    progress.update(Math.floor(done), {});
  }
  const Line = z.object({ step: z.number(), seconds: z.number(), secondsLeft: z.number().optional() });
  const lines = written.map((line) => Line.parse(JSON.parse(line))).filter(({ seconds }) => seconds > 60);
  expect(lines.length).toBeGreaterThan(25);
  // The truth is (600 - step) / 2.25; by the last ten seconds alone it would be from 0.56 to 4.5 times that.
  const ratios = lines.map(({ step, secondsLeft }) => (secondsLeft! * 2.25) / (600 - step));
  expect(Math.min(...ratios)).toBeGreaterThan(0.75);
  expect(Math.max(...ratios)).toBeLessThan(1.35);
});

test("live: one line, redrawn at most ten times a second, gone in the end; notes stay", () => {
  const { clock, written, progress } = stage("live");
  for (let step = 1; step <= 300; step++) {
    clock.ms += 10;
    progress.update(step, { items: step * 8, values: { loss: 2.5 } });
  }
  expect(written).toHaveLength(30);
  expect(screen(written.join(""))).toEqual([
    `train  ${"\u2588".repeat(11)}\u258B${"\u00B7".repeat(12)}  291/600  loss 2.5  800 pictures/s  3 s left`,
  ]);
  progress.note("checkpoint written");
  expect(screen(written.join(""))[0]).toBe("checkpoint written");
  expect(screen(written.join(""))[1]).toContain("300/600");
  progress.done();
  expect(screen(written.join(""))).toEqual(["checkpoint written", ""]);
});

test.each([79, 50, 36, 20, 9])("live: never wider than a terminal of %d columns", (columns) => {
  const { clock, written, progress } = stage("live", columns);
  progress.update(1, { items: 1, values: { loss: 2.5 } });
  clock.ms += 1000;
  progress.update(2, { items: 129, values: { loss: 2.5 } });
  const line = screen(written.join(""))[0]!;
  expect(line.length).toBeLessThan(columns);
  expect(line.startsWith("train")).toBe(true);
});

test("json: an object a line, and no notes between", () => {
  const { clock, written, progress } = stage("json");
  progress.update(10, { items: 100, values: { loss: 3 } });
  clock.ms += 4000;
  progress.update(20, { items: 200, values: { loss: NaN } });
  progress.note("never shown");
  progress.done();
  progress.done();
  const [first, second, ...more] = written.map((line): unknown => JSON.parse(line));
  const common = { event: "progress", task: "train", total: 600 };
  expect(first).toEqual({ ...common, step: 10, items: 100, seconds: 0, values: { loss: 3 } });
  // 10 steps and 100 pictures in 4 s; 580 steps are left.
  const rates = { secondsLeft: 232, itemsPerSecond: 25 };
  expect(second).toEqual({ ...common, step: 20, items: 200, seconds: 4, ...rates, values: { loss: null } });
  expect(more).toEqual([]);
});

test("work that never started leaves nothing behind, and a total may be unknown", () => {
  const { written, progress } = stage("plain");
  progress.done();
  expect(written).toEqual([]);
  const lines: string[] = [];
  const index = startProgress({
    task: "index",
    mode: "plain",
    stream: { write: (text) => lines.push(text) },
    now: () => 0,
  });
  index.update(1234);
  expect(lines).toEqual(["index: step 1,234\n"]);
});

test("where a step is an item, items are told and not steps", () => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  const convert = startProgress({ task: "convert", unit: "samples", mode: "plain", stream, now: () => 0 });
  convert.update(1, { items: 1 });
  convert.update(1234, { items: 1234 });
  convert.done();
  expect(lines).toEqual(["convert: 1 sample\n", "convert: 1,234 samples\n"]);
});

test.each([
  [{ json: true, isTerminal: true, term: "xterm" }, "json"],
  [{ json: false, isTerminal: true, term: "xterm" }, "live"],
  [{ json: false, isTerminal: true, term: "dumb" }, "plain"],
  [{ json: false, isTerminal: false, term: "xterm" }, "plain"],
] as const)("%j is shown %s", (found, mode) => {
  expect(progressMode(found)).toBe(mode);
});

test.each([
  [0.4, "0 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [7620, "2 h 07 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
