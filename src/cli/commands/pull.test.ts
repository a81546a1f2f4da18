import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeHub } from "../../testing/fake-hub.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

const files = [
  "config.json",
  "model.safetensors",
  "preprocessor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
];

describe.skipIf(!isBuilt)("fovea pull (needs dist)", () => {
  let temporary: string;
  let hub: FakeHub;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "fovea-pull-"));
    await writeTinyClip(join(temporary, "tiny"));
    const contents = files.map(async (name) => [name, await readFile(join(temporary, "tiny", name))] as const);
    hub = await FakeHub.start(Object.fromEntries(await Promise.all(contents)), ["model.safetensors"]);
  });
  afterAll(async () => {
    hub.stop();
    await rm(temporary, { recursive: true });
  });

  test("fetches a model, which other commands then know by its name", async () => {
    const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(temporary, "cache") };
    const pulled = await fovea(["pull", hub.id], env);
    expect(pulled.status).toBe(0);
    const folder = pulled.stdout.trimEnd();
    expect(await readFile(join(folder, "config.json"))).toEqual(await readFile(join(temporary, "tiny", "config.json")));
    const cat = join("fixtures", "data", "pictures", "cat.jpg");
    const classified = await fovea(["classify", cat, "--labels", "a cat", "--model", hub.id], env);
    expect(classified).toMatchObject({ status: 0, stdout: expect.stringMatching(/^100\.0 % +\S+ +a cat\n$/) });
  });

  test("says which pull request the weights are from, where the model itself has none in safetensors", async () => {
    const contents = files.map(async (name) => [name, await readFile(join(temporary, "tiny", name))] as const);
    const { "model.safetensors": weights, ...others } = Object.fromEntries(await Promise.all(contents));
    const torch = { ...others, "pytorch_model.bin": Buffer.from("torch") };
    const converted = await FakeHub.start(
      torch,
      ["model.safetensors", "pytorch_model.bin"],
      [
        {
          num: 66,
          title: "Adding `safetensors` variant of this model",
          author: "SFconvertbot",
          status: "open",
          files: { ...torch, "model.safetensors": weights! },
        },
      ],
    );
    const env = { HF_ENDPOINT: converted.endpoint, HF_HUB_CACHE: join(temporary, "converted") };
    const pulled = await fovea(["pull", converted.id], env);
    const asJson = await fovea(["pull", converted.id, "--json"], env);
    converted.stop();
    expect(pulled.status).toBe(0);
    expect(pulled.stderr).toContain(
      "fovea/tiny-clip has no safetensors: the weights are taken from refs/pr/66, Hugging Face's conversion\n",
    );
    const folder = pulled.stdout.trimEnd();
    expect(await readFile(join(folder, "model.safetensors"))).toEqual(weights);
    expect(JSON.parse(asJson.stdout)).toEqual({ model: "fovea/tiny-clip", folder, weights: "refs/pr/66" });
  });

  test("says so when there is no way to the Hub", async () => {
    const { status, stderr } = await fovea(["pull", "a/b"], { HF_ENDPOINT: "http://127.0.0.1:1" });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: a\/b: http:\/\/127\.0\.0\.1:1 cannot be reached .*\n {2}mend: connect to the network, set HF_ENDPOINT/,
    );
  });
});
