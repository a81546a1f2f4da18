import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { readParquet } from "../../data/formats/parquet/read-parquet.node.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeStripes } from "../../testing/stripes.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

const Stage = z.object({
  stage: z.string(),
  in: z.number(),
  kept: z.number(),
  dropped: z.record(z.string(), z.number()),
});
const Result = z.object({
  in: z.number(),
  kept: z.number(),
  dropped: z.number(),
  measured: z.number(),
  funnel: z.array(Stage),
});

describe.skipIf(!isBuilt)("fovea curate (needs dist)", () => {
  let folder: string;
  let model: string;
  let data: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-curate-cli-"));
    [model, data] = [join(folder, "model"), join(folder, "data")];
    await mkdir(model);
    await writeTinyClip(model);
    await writeStripes(data);
    const stages = [{ use: "readable" }, { use: "semdedup", clusters: 1 }, { use: "clip-score", top: 0.5 }];
    await writeFile(join(folder, "plan.json"), JSON.stringify({ name: "mine", stages }));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (plan: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = await fovea(["curate", plan, "--data", data, "--json", ...args]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    const result = Result.parse(JSON.parse(stdout));
    expect(result.kept + result.dropped).toBe(result.in);
    return result;
  };

  test("a preset by its name; run again, nothing is measured", async () => {
    const out = join(folder, "basic");
    const first = await run("datacomp-basic", "--out", out);
    expect(first.funnel.map(({ stage }) => stage)).toEqual([
      "read",
      "readable",
      "language",
      "caption-length",
      "picture-size",
      "aspect-ratio",
    ]);
    expect(first.measured).toBe(first.funnel[1]!.in);
    const again = await run("datacomp-basic", "--out", out, "--set", "picture-size.minSide=1");
    expect(again.measured).toBe(0);
    expect(again.funnel[4]!.dropped).toEqual({});
    expect(first.funnel[4]!.dropped["PICTURE_SMALL"]).toBeGreaterThan(0);
  });

  test("a plan from a file, with a model: thresholds across samples move without the model being run", async () => {
    const out = join(folder, "mine");
    const plan = join(folder, "plan.json");
    const first = await run(plan, "--out", out, "--model", model);
    const scores = join(out, "set-scores");
    const rows = async () => {
      const [name] = await readdir(scores);
      const found = [];
      for await (const group of readParquet(join(scores, name!))) found.push(...group);
      return { name, bytes: await readFile(join(scores, name!), "base64"), found };
    };
    const before = await rows();
    expect(before.found).toHaveLength(first.measured);
    const linked = before.found.map((row) => Number(row["semdedup_linked"] ?? NaN));
    const sorted = linked.filter((level) => !Number.isNaN(level)).sort((a, b) => a - b);
    const between = (sorted[3]! + sorted[4]!) / 2;
    const moved = await run(
      plan,
      "--out",
      out,
      "--model",
      model,
      "--set",
      `semdedup.epsilon=${1 - between}`,
      "--rejudge",
    );
    expect(moved.measured).toBe(0);
    expect(moved.funnel[2]!.dropped["SEMANTIC_DUPLICATE"]).toBe(sorted.filter((level) => level > between).length);
    expect(await rows()).toEqual(before); // not clustered again
    const report = await readFile(join(out, "report.html"), "utf8");
    expect(report).toContain("semdedup_linked");
    expect(report).toContain("clip_score");
    expect(report).toContain(">like<");
  });

  test("text for people: the funnel, and where the report is", async () => {
    const out = join(folder, "basic");
    const { status, stdout } = await fovea(["curate", "datacomp-basic", "-d", data, "-o", out, "--rejudge"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^read: \d+ in, \d+ kept$/m);
    expect(stdout).toMatch(/^ {2}PICTURE_SMALL \d+$/m);
    expect(stdout).toContain(`samples kept: ${join(out, "report.html")}`);
  });

  test("when nothing is left it says why", async () => {
    const plan = join(folder, "sieve.json");
    await writeFile(plan, JSON.stringify({ name: "agreement", stages: [{ use: "sieve" }] }));
    const { stdout } = await fovea(["curate", plan, "-d", data, "-o", join(folder, "sieve"), "-m", model]);
    expect(stdout).toContain("nothing is left, SIEVE_MISSING: The sample has no caption of a model to compare with");
  });

  test.each([
    [["datacomp-basics"], "no preset has this name", "did you mean datacomp-basic?"],
    [["datacomp-basic", "--set", "picture-sise.minSide=3"], "has no stage picture-sise", "did you mean picture-size?"],
    [["datacomp-basic", "--set", "picture-size.minSid=3"], 'Unrecognized key: "minSid"', "did you mean minSide?"],
    [["datacomp-image-clip"], "received undefined", "with --set STAGE.OPTION=VALUE"],
    [
      ["datacomp-image-clip", "--set", "image-based.targets=nowhere"],
      "nowhere: there is no such file",
      "check the path",
    ],
  ])("fovea curate %j is refused, with the way out", async (args, found, mend) => {
    const { status, stderr } = await fovea(["curate", ...args, "--data", data, "--out", join(folder, "refused")]);
    expect(status).toBe(1);
    expect(stderr).toContain(found);
    expect(stderr).toContain(`mend: `);
    expect(stderr).toContain(mend);
  });

  test("a forgotten option is the usage's fault: exit code 2", async () => {
    expect((await fovea(["curate", "laion", "--data", data])).status).toBe(2);
  });
});
