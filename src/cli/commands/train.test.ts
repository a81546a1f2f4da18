import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../testing/command-folder.ts";
import { fovea, isBuilt, type Ended } from "../../testing/run-cli.ts";
import { findWebgpu } from "../../testing/webgpu.ts";

const isFull = process.env["FOVEA_FULL"] === "1";
const { environment, reason } = isFull ? await findWebgpu() : { reason: "it is a test of the full mode" };

const captions = { "cat.jpg": "a cat", "dog.png": "a dog", "owl.jpg": "an owl", "nested/fish.webp": "a fish" };

/** A recipe as it is written. */
type Content = Readonly<Record<string, unknown>> & { readonly name: string };

describe.skipIf(!isBuilt)("fovea train (needs dist)", { timeout: 300_000 }, () => {
  let temporary: string;
  let recipe: string;
  let tiny: Content;
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
    tiny = {
      name: "tiny",
      steps: 4,
      data: { kind: "pairs", path: data },
      model,
      batch: { concepts: 2, views: 1 },
    };
    await writeFile(recipe, JSON.stringify(tiny));
  });
  afterAll(() => rm(temporary, { recursive: true }));

  test("trains by a recipe file, reuses what is finished, and refuses another run in its place", async () => {
    const out = join(temporary, "run");
    const args = ["train", recipe, "--set", "steps=3", "--out", out];
    const first = await fovea(args);
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(/^tiny: 0\.0 M weights, compiled in \d+\.\d s\ntrain: 1\/3, loss \d/);
    expect(first.stderr).not.toContain("scoring"); // there is nothing to score
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

  test("the examples of its help that train on one's own pictures run as they are written", async () => {
    await using folder = await CommandFolder.make();
    await cp(join("fixtures", "data", "pictures"), join(folder.path, "pictures"), { recursive: true });
    const rows = Array.from(
      { length: 40 },
      (_, i) => `pictures/${["cat.jpg", "dog.png", "owl.jpg"][i % 3]},picture ${i}`,
    );
    await writeFile(join(folder.path, "photos.csv"), ["path,caption", ...rows].join("\n"));
    const examples = (await folder.examplesOf(["train"])).filter((line) => line.includes("photos"));
    expect(examples).toHaveLength(3);
    for (const line of examples) {
      const short = line.replace("fovea train photos.json", "$& --set steps=2");
      expect([line, await folder.shell(short)]).toMatchObject([line, { status: 0 }]);
    }
    const run = await readFile(join(folder.path, "runs/photos-from-emoji/run.json"), "utf8");
    expect(JSON.parse(run)).toMatchObject({ recipe: { from: "clip-emoji", batch: { views: 1 } }, step: 2 });
  });

  test("a batch that the data does not fill, and what is kept for validation being less than a batch", async () => {
    const large = await fovea(["train", recipe, "--set", "batch.concepts=16", "--out", join(temporary, "large")]);
    expect(large).toMatchObject({
      status: 1,
      stderr: `error: ${join(temporary, "data")}: 4 of its pairs train, fewer than a batch of 16\n  mend: set batch.concepts=2, or give more data\n`,
    });
    const none = await fovea(["train", recipe, "--set", "data.validation=0.000001", "--out", join(temporary, "none")]);
    expect(none.stderr).toContain("0 of its pairs are kept for validation, which needs two\n  mend: set a larger");
    const table = join(temporary, "forty.csv");
    const rows = Array.from({ length: 40 }, (_, i) => `data/${["cat.jpg", "dog.png", "owl.jpg"][i % 3]},picture ${i}`);
    await writeFile(table, ["key,path,caption", ...rows.map((row, i) => `${i},${row}`)].join("\n"));
    const sets = [`data.path=${table}`, "data.validation=0.2", "batch.concepts=16", "steps=1"];
    const args = ["train", recipe, ...sets.flatMap((set) => ["--set", set]), "--out", join(temporary, "kept")];
    const { status, stderr } = await fovea(args);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/step 1: validation loss \d/)]);
  });

  /** A recipe that sends its own process a Ctrl-C when that writes `INTERRUPT_AT` to standard error. */
  async function interruptingRecipe(content: Content): Promise<string> {
    const path = join(temporary, `${content.name}.mjs`);
    await writeFile(
      path,
      `const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = (text, ...rest) => {
        if (text.includes(process.env.INTERRUPT_AT)) process.kill(process.pid, "SIGINT");
        return write(text, ...rest);
      };
      export const recipe = ${JSON.stringify(content)};`,
    );
    return path;
  }

  test("Ctrl-C before the first step says that nothing new was trained, and leaves a folder to go on in", async () => {
    const path = await interruptingRecipe(tiny);
    const out = join(temporary, "interrupted");
    const train = (when: string, ...args: readonly string[]): Promise<Ended> =>
      fovea(["train", path, "--out", out, ...args], { INTERRUPT_AT: when });
    for (const args of [[], [], ["--resume"]])
      expect(await train("compiled in", ...args)).toMatchObject({
        status: 130,
        stdout: "",
        stderr: expect.stringMatching(
          /^tiny: .* compiled in .*\ninterrupted: nothing was trained yet; start again with the same command\n$/,
        ) as unknown,
      });
    const { status, stderr } = await train("train: 1/4");
    const [, step] =
      /\ninterrupted after step (\d) of 4: a checkpoint is written; go on with the same command and --resume\n$/.exec(
        stderr,
      ) ?? [];
    expect([status, stderr, step]).toEqual([130, stderr, expect.any(String)]);
    expect(await train(`going on from step ${step}`, "--resume")).toMatchObject({
      status: 130,
      stderr: expect.stringContaining(
        `\ninterrupted: nothing was trained since the checkpoint of step ${step} of 4; go on with the same command\n`,
      ) as unknown,
    });
    expect(await train("no such text", "--resume")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`going on from step ${step}\n`) as unknown,
    });
  });

  test("Ctrl-C while data is prepared does not wait for it", async () => {
    const path = await interruptingRecipe({ name: "emoji", steps: 10, data: { kind: "emoji" } });
    const env = { FOVEA_CACHE: join(temporary, "cache"), INTERRUPT_AT: "prepare: " };
    const { status, stderr } = await fovea(["train", path, "--out", join(temporary, "unprepared")], env);
    expect([status, stderr]).toEqual([
      130,
      expect.stringMatching(
        /^(prepare: .*\n)+interrupted: nothing was trained yet; start again with the same command\n$/,
      ),
    ]);
    expect(stderr).not.toMatch(/prepare: (\S+)\/\1[,\n]/); // all of all
    expect(await readdir(temporary)).not.toContain("unprepared");
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
    }, // a software adapter takes as long as other programs let it
  );
});
