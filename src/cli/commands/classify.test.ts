import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../eval/classify.ts";
import { openEmbedder } from "../../eval/embedder.node.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

const pictures = ["cat.jpg", "dog.png"].map((name) => join("fixtures", "data", "pictures", name));

describe.skipIf(!isBuilt)("fovea classify (needs dist)", () => {
  let model: string;
  beforeAll(async () => {
    model = await mkdtemp(join(tmpdir(), "fovea-classify-"));
    await writeTinyClip(model);
  });
  afterAll(() => rm(model, { recursive: true }));

  test("prints a line for each label, the best first", async () => {
    const { status, stdout, stderr } = await fovea([
      "classify",
      pictures[0]!,
      "--labels",
      "a cat, a dog,",
      "-m",
      model,
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    const shares = [...stdout.matchAll(/^ *(\d+\.\d) % +\u2588+ +a (?:cat|dog)$/gm)].map(([, share]) => Number(share));
    expect(shares).toHaveLength(2);
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1]!);
    expect(shares[0]! + shares[1]!).toBeCloseTo(100, 0);
  });

  test("prints JSON equal to what the library finds", async () => {
    const labels = ["a cat", "a dog"];
    const args = [
      "--labels",
      labels.join(","),
      "--template",
      "{}",
      "--template",
      "a photo of {}",
      "-m",
      model,
      "--json",
    ];
    const { status, stdout } = await fovea(["classify", ...pictures, ...args]);
    expect(status).toBe(0);
    await using embedder = await openEmbedder(model, { cacheDir: "" });
    const results = await classify(embedder, pictures, labels, ["{}", "a photo of {}"]);
    expect(JSON.parse(stdout)).toEqual(pictures.map((image, i) => ({ image, labels: results[i] })));
  });

  test("takes folders, names what it cannot read, and gives the others", async () => {
    const folder = join("fixtures", "data", "pictures");
    const args = ["classify", folder, "none.jpg", pictures[0]!, "--labels", "a,b,a", "-m", model, "--json"];
    const { status, stdout, stderr } = await fovea(args);
    expect(status).toBe(1);
    const names = ["blank.png", "cat.jpg", "dog.png", "nested/fish.webp", "owl.jpg", "uncaptioned.png", "cat.jpg"];
    expect(JSON.parse(stdout)).toMatchObject(
      names.map((name) => ({ image: join(folder, name), labels: { length: 2 } })),
    );
    const failures = stderr.trimEnd().split("\n");
    expect(failures.map((line): unknown => JSON.parse(line))).toMatchObject([
      { error: { code: "IMAGE_NOT_DECODABLE", where: join(folder, "truncated.jpg") } },
      { error: { code: "FILE_NOT_READABLE", where: "none.jpg" } },
    ]);
  });

  test("names a picture that it cannot read", async () => {
    const broken = join("fixtures", "data", "pictures", "truncated.jpg");
    const { status, stdout, stderr } = await fovea(["classify", broken, "--labels", "a", "-m", model]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: fixtures\/data\/pictures\/truncated\.jpg: \d+ bytes are not a whole PNG, .*\n {2}mend: replace the file, or drop it from the data\n$/,
    );
  });
});
