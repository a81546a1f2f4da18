import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { integer, fold, key } from "../engine/random.ts";
import { readSafetensors } from "../io/safetensors.ts";
import { encodePng } from "../platform/node/image.ts";
import { overrideRecipe, parseRecipe, type Recipe } from "./recipe.ts";
import type { RunRecord } from "./run-record.ts";
import { trainRecipe, type TrainRecipeOptions, type TrainResult } from "./train-recipe.node.ts";
import type { TrainEvent } from "./train-task.node.ts";

const scratch = await mkdtemp(join(tmpdir(), "fovea-train-"));
const data = join(scratch, "data");
const words = ["red", "green", "blue", "white", "black", "grey", "pink", "brown"];
const pairCount = 120;

/** Pictures of one colour each, with a caption beside each. */
beforeAll(async () => {
  await mkdir(data);
  const pngs = words.map((_, word) => {
    const colour = (at: number): number => integer(fold(key(word), at % 3), 256);
    return encodePng({ data: Uint8Array.from({ length: 20 * 16 * 3 }, (_, at) => colour(at)), width: 20, height: 16 });
  });
  for (let i = 0; i < pairCount; i++) {
    const name = join(data, String(i).padStart(3, "0"));
    await writeFile(`${name}.png`, (await pngs[i % words.length])!);
    await writeFile(`${name}.txt`, `${words[i % words.length]} number ${i}`);
  }
});
afterAll(() => rm(scratch, { recursive: true }));

const recipe = parseRecipe({
  name: "pairs",
  steps: 6,
  data: { kind: "pairs", path: data, validation: 0.2 },
  model: {
    side: 16,
    patch: 8,
    vision: { width: 16, layers: 1, heads: 2 },
    text: { width: 16, layers: 1, heads: 2 },
    embed: 16,
    context: 8,
    vocabulary: 560,
  },
  batch: { concepts: 16, views: 1 },
  augmentation: { patches: 0.5 },
  checkpoint: { every: 3 },
});

/** Where and how a recipe is run in a folder of its own. */
const begunIn = (name: string): TrainRecipeOptions => ({
  out: join(scratch, name),
  cacheDir: join(scratch, "cache"),
  command: "test",
  version: "0.0.0",
  threads: 1,
});

/** Runs a recipe in a folder of its own and collects what it tells. */
async function run(
  name: string,
  of: Recipe,
  options: { readonly resume?: boolean; readonly signal?: AbortSignal } = {},
): Promise<TrainResult & { events: TrainEvent[] }> {
  const training = trainRecipe(of, { ...options, ...begunIn(name) });
  const events: TrainEvent[] = [];
  for (;;) {
    const next = await training.next();
    if (next.done === true) return { ...next.value, events };
    events.push(next.value);
  }
}

const weightsOf = async (name: string): Promise<Map<string, unknown>> =>
  new Map(
    [...readSafetensors(await readFile(join(scratch, name, "model.safetensors"))).tensors].map(
      ([path, { data: of }]) => [path, [...(of as Float32Array)]],
    ),
  );

describe("pictures and captions of one's own", () => {
  test("train a model whose folder holds all that is needed to use it", async () => {
    const { status, step, folder, events } = await run("first", recipe);
    expect({ status, step }).toEqual({ status: "finished", step: 6 });
    expect(events.map(({ kind }) => kind).join(" ")).toBe(
      "compiled step step step validation checkpoint step step step validation checkpoint",
    );
    for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json"])
      expect(() => readFile(folder.at(file), "utf8").then(JSON.parse)).not.toThrow();
    expect(await folder.record()).toMatchObject({ status: "finished", step: 6, recipe, threads: 1 });
    expect(await readFile(folder.at("dropped.jsonl"), "utf8")).toBe("");
  });

  test("the same recipe is not trained again, another one is refused by the name of what differs", async () => {
    expect(await run("first", recipe)).toMatchObject({ status: "reused", events: [] });
    await expect(run("first", overrideRecipe(recipe, ["optimizer.lr=0.01"]))).rejects.toMatchObject({
      code: "RUN_DIFFERS",
      message: expect.stringContaining("optimizer.lr was 0.001 and is 0.01\n  mend: choose another folder") as unknown,
    });
  });

  test("a run of streamed data that is interrupted goes on to the same weights", async () => {
    const controller = new AbortController();
    const half = trainRecipe(recipe, { ...begunIn("interrupted"), signal: controller.signal });
    for await (const event of half) if (event.kind === "step" && event.report.step === 4) controller.abort();
    await expect(run("interrupted", recipe)).rejects.toMatchObject({
      code: "RUN_UNFINISHED",
      message: expect.stringContaining(
        "it holds a run that stopped after step 4 of 6\n  mend: go on with --resume",
      ) as unknown,
    });
    // What recipes of today say more than those of yesterday has the value that it had then.
    const record = JSON.parse(await readFile(join(scratch, "interrupted", "run.json"), "utf8")) as RunRecord;
    const newer = ["schedule", "cooldown", "sgd", "lion"];
    const optimizer = Object.entries(record.recipe.optimizer).filter(([name]) => !newer.includes(name));
    const older = { ...record, recipe: { ...record.recipe, optimizer: Object.fromEntries(optimizer) } };
    await writeFile(join(scratch, "interrupted", "run.json"), JSON.stringify(older));
    expect(await run("interrupted", recipe, { resume: true })).toMatchObject({ status: "finished" });
    expect(await weightsOf("interrupted")).toEqual(await weightsOf("first"));
  });

  test("a run that kept nothing is begun anew, also by another recipe; one at a time", async () => {
    const controller = new AbortController();
    const other = overrideRecipe(recipe, ["optimizer.lr=0.01"]);
    const half = trainRecipe(other, { ...begunIn("begun"), signal: controller.signal });
    expect((await half.next()).value).toMatchObject({ kind: "compiled" });
    await expect(run("begun", recipe)).rejects.toMatchObject({
      code: "DESTINATION_BUSY",
      message: expect.stringContaining(`process ${process.pid} is writing to it`) as unknown,
    });
    controller.abort();
    expect(await half.next()).toMatchObject({ done: true, value: { status: "interrupted", step: 0, from: 0 } });
    expect(await run("begun", recipe)).toMatchObject({ status: "finished", step: 6, from: 0 });
    expect(await weightsOf("begun")).toEqual(await weightsOf("first"));
  });

  test("a run that is aborted before its data is ready leaves nothing", async () => {
    expect(await run("unready", recipe, { signal: AbortSignal.abort() })).toMatchObject({
      status: "interrupted",
      step: 0,
      events: [],
    });
    expect(await readdir(scratch)).not.toContain("unready");
  });

  test("a model is trained further; what is frozen stays", async () => {
    const further = overrideRecipe(recipe, [`from=${join(scratch, "first")}`, 'freeze=["vision_model"]']);
    const { folder, events } = await run("further", further);
    const [before, after] = [await weightsOf("first"), await weightsOf("further")];
    expect([...after.keys()]).toEqual([...before.keys()]);
    const same = [...after].filter(([path, values]) => JSON.stringify(values) === JSON.stringify(before.get(path)));
    expect(same.map(([path]) => path)).toEqual([...before.keys()].filter((path) => path.startsWith("vision_model")));
    expect(await readFile(folder.at("tokenizer.json"), "utf8")).toBe(
      await readFile(join(scratch, "first", "tokenizer.json"), "utf8"),
    );
    const losses = events.flatMap((event) => (event.kind === "step" ? event.report.measured.loss : []));
    expect(losses).toHaveLength(6);
  });

  test("a name to freeze that no parameter has stops the run before it trains", async () => {
    await expect(run("misspelt", overrideRecipe(recipe, ['freeze=["vison_model"]']))).rejects.toMatchObject({
      code: "FREEZE_UNKNOWN",
      message: 'freeze: no parameter\'s name begins with "vison_model"\n  mend: did you mean vision_model?',
    });
  });

  test("a batch that goes through the towers in parts trains the same model", async () => {
    const inParts = overrideRecipe(recipe, ["batch.parts=4"]);
    const lossesOf = async (name: string, of: Recipe): Promise<number[]> =>
      (await run(name, of)).events.flatMap((event) => (event.kind === "step" ? [event.report.measured.loss] : []));
    const [whole, parts] = [await lossesOf("whole", recipe), await lossesOf("parts", inParts)];
    expect(parts).toHaveLength(recipe.steps);
    for (const [step, loss] of whole.entries()) expect(parts[step]).toBeCloseTo(loss, 4);
  });

  test.each(["sgd", "lion", "adafactor"])("%s trains, and goes on from its own checkpoint", async (kind) => {
    const of = overrideRecipe(recipe, [`optimizer.kind=${kind}`, "optimizer.schedule=wsd", "optimizer.lr=0.0003"]);
    const controller = new AbortController();
    const half = trainRecipe(of, { ...begunIn(`${kind}-half`), signal: controller.signal });
    for await (const event of half) if (event.kind === "step" && event.report.step === 2) controller.abort();
    expect(await run(`${kind}-half`, of, { resume: true })).toMatchObject({ status: "finished" });
    await run(kind, of);
    expect(await weightsOf(`${kind}-half`)).toEqual(await weightsOf(kind));
    expect(await weightsOf(kind)).not.toEqual(await weightsOf("first"));
  });

  test("SigLIP trains too", async () => {
    const siglip = overrideRecipe(recipe, ['model.family="siglip"', "augmentation.patches=1"]);
    const { folder } = await run("siglip", siglip);
    expect(JSON.parse(await readFile(folder.at("config.json"), "utf8"))).toMatchObject({ model_type: "siglip" });
    expect((await weightsOf("siglip")).has("logit_bias")).toBe(true);
  });

  test("what cannot be read is left out and listed; too much of it stops the run", async () => {
    await truncate(join(data, "003.png"), 60);
    await writeFile(join(data, "004.txt"), "\n");
    const { folder } = await run(
      "damaged",
      overrideRecipe(recipe, ["data.validation=0", "data.maxDropped=0.05", "steps=16"]),
    );
    const dropped = (await readFile(folder.at("dropped.jsonl"), "utf8")).trim().split("\n").sort();
    expect(dropped).toEqual([
      JSON.stringify({ key: "003.png", reason: "IMAGE_NOT_DECODABLE" }),
      JSON.stringify({ key: "004.png", reason: "CAPTION_EMPTY" }),
    ]);
    await expect(run("stopped", overrideRecipe(recipe, ["data.maxDropped=0.001", "steps=40"]))).rejects.toMatchObject({
      code: "TOO_MANY_DROPS",
    });
  });

  test("a run that saw few samples and lost more than is allowed stops at its end, each time, and says what it lost", async () => {
    const few = join(scratch, "few data");
    await mkdir(few);
    for (let i = 0; i < 16; i++) {
      const name = String(i).padStart(3, "0");
      await copyFile(join(data, "000.png"), join(few, `${name}.png`));
      await writeFile(join(few, `${name}.txt`), i % 2 === 0 ? "\n" : `number ${i}`);
    }
    const lossy = overrideRecipe(recipe, [`data.path=${few}`, "data.validation=0", "batch.concepts=4", "steps=2"]);
    for (const options of [{}, { resume: true }]) {
      await expect(run("few", lossy, options)).rejects.toMatchObject({
        code: "TOO_MANY_DROPS",
        found: expect.stringMatching(
          /^\d+ of \d+ samples were dropped \(CAPTION_EMPTY \d+\), more than the allowed 1 %$/,
        ) as unknown,
      });
      expect(await readdir(join(scratch, "few"))).not.toContain("model.safetensors");
    }
    expect((await readFile(join(scratch, "few", "dropped.jsonl"), "utf8")).trim().split("\n")).toHaveLength(8);
  });
});
