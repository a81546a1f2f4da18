import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replaceSection, toMarkdown } from "./report.mjs";

const samples = (...ms: number[]) => ms.map((value) => ({ ms: value }));

const benchmark = {
  title: "Work",
  unit: "one step",
  pictures: 10,
  rounds: 2,
  warmUps: 0,
  contenders: async () => [],
  bars: () => [],
  remarks: () => [],
};

test("a table names each contender's time, Fovea's advantage, and what is missing", () => {
  const markdown = toMarkdown(benchmark, {
    id: "work",
    date: "2030-01-02T03:04:05Z",
    machine: { processor: "CPU X", cores: 2, memoryGb: 8, system: "Linux 1 x64", node: "v20.19.0" },
    threads: 2,
    results: [
      { id: "fovea", name: "Fovea 0.1", warmUps: [], samples: samples(100, 200), unitPeakMb: 300, peakMb: 400 },
      { id: "peer", name: "Peer 1.0", notes: ["float32"], warmUps: [], samples: samples(150, 400) },
      {
        id: "yardstick",
        warmUps: [],
        samples: [
          { ms: 1, rates: { "8x8x8": 140 } },
          { ms: 1, rates: { "8x8x8": 150 } },
        ],
      },
      { id: "other", missing: "not installed", warmUps: [], samples: [] },
    ],
    bars: [
      { text: "speed over Peer", sense: "at least", wanted: 2, found: { median: 1.75, min: 1.5, max: 2, pairs: 2 } },
      { text: "seconds", sense: "at most", wanted: 2, found: { median: 1.75, min: 1.5, max: 2, pairs: 2 } },
      { text: "speed over other", sense: "at least", wanted: 5, found: undefined },
    ],
    remarks: ["a remark"],
  });
  const rows = markdown.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  expect(rows).toContain("| Fovea 0.1 | 150 ms | 66.7 | | 300 MB (400 with start-up) | |");
  expect(rows).toContain("| Peer 1.0 | 275 ms | 36.4 | 1.75 (1.50 to 2.00) | | float32 |");
  expect(rows).toContain("| yardstick | | | | | 8x8x8: 145 GFLOP/s |");
  expect(rows).toContain("| other | | | | | missing: not installed |");
  expect(rows).toContain("| speed over Peer | at least 2 | 1.75 (1.50 to 2.00) | **not met** |");
  expect(rows).toContain("| seconds | at most 2 | 1.75 (1.50 to 2.00) | met |");
  expect(rows).toContain("| speed over other | at least 5 | | not measured |");
  expect(rows).toContain(
    "2030-01-02; CPU X, 2 cores, 8 GB, Linux 1 x64, Node v20.19.0; 2 threads each. A unit is one step.",
  );
});

test("contenders of other work are compared with Fovea at the same work", () => {
  const markdown = toMarkdown(benchmark, {
    id: "work",
    date: "2030-01-02T03:04:05Z",
    machine: { processor: "CPU X", cores: 2, memoryGb: 8, system: "Linux 1 x64", node: "v20.19.0" },
    threads: 2,
    results: [
      { id: "fovea", warmUps: [], samples: samples(100) },
      { id: "peer", warmUps: [], samples: samples(200) },
      { id: "fovea-large", warmUps: [], samples: samples(1000) },
      { id: "peer-large", warmUps: [], samples: samples(1500) },
    ],
    bars: [],
    remarks: [],
  });
  const rows = markdown.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  expect(rows).toContain("| peer | 200 ms | 50 | 2.00 | | |");
  expect(rows).toContain("| fovea-large | 1000 ms | 10 | | | |");
  expect(rows).toContain("| peer-large | 1500 ms | 6.67 | 1.50 | | |");
});

test("replaceSection: only what stands between the comments changes", () => {
  const path = join(mkdtempSync(join(tmpdir(), "fovea-report-")), "README.md");
  writeFileSync(path, "head\n<!-- results:a -->\nold\n<!-- /results:a -->\ntail\n");
  replaceSection(path, "a", "new");
  expect(readFileSync(path, "utf8")).toBe("head\n<!-- results:a -->\n\nnew\n\n<!-- /results:a -->\ntail\n");
  expect(() => replaceSection(path, "b", "new")).toThrow("has no section <!-- results:b -->");
});
