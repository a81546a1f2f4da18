import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { findWebgpu } from "../../testing/webgpu.ts";

const isFull = process.env["FOVEA_FULL"] === "1";
const { environment, reason } = isFull ? await findWebgpu() : { reason: "it is a test of the full mode" };

const captions = { "cat.jpg": "a cat", "dog.png": "a dog", "owl.jpg": "an owl", "nested/fish.webp": "a fish" };

describe.skipIf(!isBuilt)("fovea train (needs dist)", () => {
  let temporary: string;
  let recipe: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "fovea-train-"));
    recipe = join(temporary, "recipe.json");
    const data = join(temporary, "data");
    await mkdir(join(data, "nested"), { recursive: true });
    for (const [name, caption] of Object.entries(captions)) {
      await copyFile(join("fixtures", "data", "pictures", name), join(data, name));
      await writeFile(join(data, name.replace(/\.\w+$/, ".txt")), caption);
    }
    const tower = { width: 16, layers: 1, heads: 2 };
    const model = { side: 16, patch: 8, vision: tower, text: tower, embed: 16, context: 8, vocabulary: 560 };
    const content = {
      name: "tiny",
      steps: 4,
      data: { kind: "pairs", path: data },
      model,
      batch: { concepts: 2, views: 1 },
    };
    await writeFile(recipe, JSON.stringify(content));
  });
  afterAll(() => rm(temporary, { recursive: true }));

  test("trains by a recipe file, reuses what is finished, and refuses another run in its place", async () => {
    const out = join(temporary, "run");
    const args = ["train", recipe, "--set", "steps=3", "--out", out];
    const first = await fovea(args);
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(/^tiny: 0\.0 M weights, compiled in \d+\.\d s\ntrain: 1\/3, loss \d/);
    expect(first.stdout).toMatch(/\nmodel {3}\S+run\nreport {2}\S+run\/report\.html\n$/);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({
      command: `fovea ${args.join(" ")}`,
      status: "finished",
      step: 3,
    });
    const classified = await fovea(["classify", join(temporary, "data", "cat.jpg"), "--labels", "a cat", "-m", out]);
    expect(classified.status).toBe(0);

    const again = await fovea([...args, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({ status: "reused", folder: out, step: 3, scores: [] });

    const other = await fovea(["train", recipe, "--out", out]);
    expect(other).toMatchObject({
      status: 1,
      stderr: `error: ${out}: it holds a run of another recipe: steps was 3 and is 4\n  mend: choose another folder with --out, or remove this one\n`,
    });
  });

  test.skipIf(environment === undefined)(
    `trains on WebGPU to the losses of the CPU${reason && `; skipped, as ${reason}`}`,
    async () => {
      const losses = async (device: "cpu" | "webgpu"): Promise<number[]> => {
        const out = join(temporary, device);
        const { status, stderr } = await fovea(["train", recipe, "--device", device, "--out", out], environment);
        expect({ status, stderr }).toMatchObject({ status: 0 });
        const lines = (await readFile(join(out, "metrics.jsonl"), "utf8")).trim().split("\n");
        return lines.flatMap((line) => (JSON.parse(line) as { readonly loss?: number }).loss ?? []);
      };
      const [cpu, webgpu] = [await losses("cpu"), await losses("webgpu")];
      expect(webgpu).toHaveLength(4);
      for (const [i, loss] of webgpu.entries()) expect(loss).toBeCloseTo(cpu[i]!, 4);
    },
    180_000, // a software adapter takes as long as other programs let it
  );
});
