import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

const pictures = join("fixtures", "data", "pictures");

describe.skipIf(!isBuilt)("fovea eval (needs dist)", () => {
  let temporary: string;
  let model: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "fovea-eval-"));
    model = join(temporary, "model");
    await writeTinyClip(model);
    for (const [label, name] of [
      ["a_cat", "cat.jpg"],
      ["a_dog", "dog.png"],
      ["a_dog", "truncated.jpg"],
    ] as const) {
      await mkdir(join(temporary, "classes", label), { recursive: true });
      await copyFile(join(pictures, name), join(temporary, "classes", label, name));
    }
  });
  afterAll(() => rm(temporary, { recursive: true }));

  test("retrieval over a folder with captions: a table, and what was left out", async () => {
    const { status, stdout } = await fovea(["eval", model, "--task", "retrieval", "--data", pictures]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^task +split +metric +score +95 % interval +chance +n\n/);
    expect(stdout).toMatch(/^text-to-image +pictures +R@1 +\d\.\d{3} +\d\.\d{3}\u2013\d\.\d{3} +0\.250 +6$/m);
    expect(stdout).toMatch(/^image-to-text +pictures +R@1 +\d\.\d{3} +\d\.\d{3}\u2013\d\.\d{3} +0\.250 +4$/m);
    expect(stdout).toMatch(/\nleft out: .*IMAGE_NOT_DECODABLE 1.*; the first is blank\.png\n$/);
  });

  test("retrieval over a table, as JSON", async () => {
    const data = join("fixtures", "data", "pairs.csv");
    const { status, stdout } = await fovea(["eval", model, "--task", "retrieval", "--data", data, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      model,
      task: "retrieval",
      data,
      scores: expect.arrayContaining([
        expect.objectContaining({
          task: "text-to-image",
          metric: "R@5",
          n: 3,
          value: 1,
        }),
      ]),
      dropped: expect.arrayContaining([
        {
          key: "pictures/owl.jpg",
          reason: "CAPTION_EMPTY",
        },
      ]),
    });
  });

  test("zero-shot over a folder of classes", async () => {
    const data = join(temporary, "classes");
    const { status, stdout } = await fovea(["eval", model, "--task", "zero-shot", "--data", data, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      scores: [
        { task: "zero-shot", split: "classes", metric: "top-1", chance: 0.5, n: 2 },
        { metric: "mean per-class recall", n: 2 },
      ],
      dropped: [{ key: "a_dog/truncated.jpg", reason: "IMAGE_NOT_DECODABLE" }],
    });
  });

  test("data without labels", async () => {
    const unlabelled = await fovea([
      "eval",
      model,
      "--task",
      "zero-shot",
      "--data",
      join("fixtures", "data", "pairs.csv"),
    ]);
    expect(unlabelled.status).toBe(1);
    expect(unlabelled.stderr).toContain('error: pairs.csv: no label column among "Image_Path", "Caption", "licence"\n');
  });
});
