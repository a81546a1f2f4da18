import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openData } from "../data/formats/open-data.node.ts";
import { readParquet } from "../data/formats/parquet/read-parquet.node.ts";
import { bundleProgram } from "../testing/bundle-program.ts";
import { curatedPlan, partRows } from "../testing/curated-plan.node.ts";
import { plantFaults } from "../testing/planted-faults.ts";
import { curate } from "./curate.node.ts";

let temporary: string;
let data: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "fovea-curate-"));
  data = join(temporary, "data");
  await mkdir(data);
  const samples = await plantFaults(30, 4);
  for (const [i, { image, captions }] of samples.entries()) {
    const name = join(data, String(i).padStart(3, "0"));
    await writeFile(`${name}.jpg`, image instanceof Uint8Array ? image : new Uint8Array());
    await writeFile(`${name}.txt`, i === 5 ? "" : captions[0]!.text); // one has no caption
  }
}, 60_000);
afterAll(() => rm(temporary, { recursive: true }));

/** Everything that a run wrote, but for the report, which names the folder. */
async function contents(out: string): Promise<Record<string, string>> {
  const names = ["kept.txt", "reading.json", "verdicts.parquet"];
  const parts = (await readdir(join(out, "scores"))).map((name) => join("scores", name));
  const files = [...names, ...parts].sort();
  const bytes = await Promise.all(files.map((name) => readFile(join(out, name), "base64")));
  return Object.fromEntries(files.map((name, i) => [name, bytes[i]!]));
}

async function readAll(path: string, columns?: readonly string[]): Promise<Record<string, unknown>[]> {
  const rows = [];
  for await (const group of readParquet(path, columns && { columns })) rows.push(...group);
  return rows;
}

describe("a curation", () => {
  test("keeps, drops, and says why; everything that came in is accounted for", async () => {
    const out = join(temporary, "whole");
    const result = (await curate(await curatedPlan(), { data, out, partRows }))!;
    expect(result.funnel[0]).toEqual({
      stage: "read",
      in: result.in,
      kept: result.in - 1,
      dropped: { CAPTION_EMPTY: 1 },
    });
    expect(result.kept + result.dropped).toBe(result.in);
    expect(result.measured).toBe(result.in - 1);
    expect(result.funnel.map(({ stage }) => stage)).toEqual([
      "read",
      "readable",
      "picture-size",
      "blurry",
      "file-name-caption",
      "repeated-caption",
      "exact-duplicate",
      "near-duplicate",
    ]);
    for (const [i, stage] of result.funnel.entries()) {
      expect(Object.values(stage.dropped).reduce((sum, count) => sum + count, stage.kept)).toBe(stage.in);
      expect(stage.in).toBe(i === 0 ? result.in : result.funnel[i - 1]!.kept);
    }
    const verdicts = await readAll(join(out, "verdicts.parquet"));
    expect(verdicts).toHaveLength(result.in - 1);
    const kept = (await readFile(join(out, "kept.txt"), "utf8")).trimEnd().split("\n");
    expect(verdicts.filter((row) => row["kept"] === true).map((row) => row["key"])).toEqual(kept);
    expect(kept).toHaveLength(result.kept);
    const scores = await readAll(join(out, "scores", "part-000000.parquet"));
    expect(scores).toHaveLength(partRows);
    expect(scores[0]).toMatchObject({ key: verdicts[0]!["key"], picture_error: null, caption_file_name: false });
    const report = await readFile(join(out, "report.html"), "utf8");
    expect(report).toContain("IMAGE_NOT_DECODABLE");
    expect(report.match(/data:image\/webp/g)!.length).toBeGreaterThan(20);
  });

  test("that was killed goes on where it was, with the same result to the byte", async () => {
    const program = await bundleProgram("killed-curation.node.ts");
    const out = join(temporary, "killed");
    const signals = [];
    for (const rows of [40, 70])
      signals.push(
        await new Promise((resolve) => {
          execFile(process.execPath, [program, data, out, String(rows)], (error) => resolve(error?.signal));
        }),
      );
    expect(signals).toEqual(["SIGKILL", "SIGKILL"]);
    expect(await readdir(join(out, "scores"))).toHaveLength(4); // 64 rows in whole parts
    const result = (await curate(await curatedPlan(), { data, out, partRows }))!;
    expect(result.measured).toBe(result.in - 1 - 64);
    expect(await contents(out)).toEqual(await contents(join(temporary, "whole")));
  });

  test("judges moved thresholds without measuring again", async () => {
    const out = join(temporary, "whole");
    const before = (await curate(await curatedPlan(), { data, out, partRows }))!;
    const moved = (await curate(await curatedPlan(40), { data, out, partRows }))!;
    expect([before.measured, moved.measured]).toEqual([0, 0]);
    expect(before.funnel[2]!.dropped).toEqual({ PICTURE_SMALL: 8 });
    expect(moved.funnel[2]!.dropped).toEqual({});
    const rejudged = await curate(await curatedPlan(), { data, out, rejudge: true });
    expect(rejudged!.funnel).toEqual(before.funnel);
  });

  test("writes what is kept as a data set", async () => {
    const path = join(temporary, "kept.jsonl");
    const out = join(temporary, "whole");
    const result = (await curate(await curatedPlan(), { data, out, partRows, write: { path } }))!;
    expect(result.written).toBe(result.kept);
    const captions = [];
    for await (const sample of openData(path, { onDrop: (key) => expect.unreachable(key) }))
      captions.push(sample.captions[0]!.text);
    expect(captions).toHaveLength(result.kept);
  });

  test("notices that the data has changed", async () => {
    const out = join(temporary, "whole");
    await writeFile(join(data, "0000.jpg"), "");
    await writeFile(join(data, "0000.txt"), "a new picture");
    await expect(curate(await curatedPlan(), { data, out, partRows })).rejects.toMatchObject({
      code: "CURATE_DATA_CHANGED",
      message: expect.stringMatching(
        /^row 2: the scores have "001.jpg" here, and the data has "0000.jpg"\n  mend: the data has changed since it was scored/,
      ),
    });
    await rm(join(data, "0000.jpg"));
  });

  test("says that there is nothing to judge", async () => {
    const out = join(temporary, "nothing");
    await expect(curate(await curatedPlan(), { data, out, rejudge: true })).rejects.toMatchObject({
      code: "CURATE_NOT_FINISHED",
      message: `${out}: the folder has no scores of a whole data set\n  mend: run it without --rejudge first`,
    });
  });

  test("stops when it is told to, and leaves whole parts", async () => {
    const out = join(temporary, "stopped");
    const stop = new AbortController();
    const onProgress = (rows: number) => rows >= 20 && stop.abort();
    expect(await curate(await curatedPlan(), { data, out, partRows, signal: stop.signal, onProgress })).toBeUndefined();
    expect(await readdir(join(out, "scores"))).toEqual(["part-000000.parquet", "part-000001.parquet"]);
  });
});
