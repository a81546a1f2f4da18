import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../platform/error.ts";
import { FakeHub, type FakePullRequest } from "../../testing/fake-hub.ts";
import { pull, type PullOptions, type PullProgress } from "./pull.node.ts";
import { resolveModel } from "./resolve.node.ts";

const text = (value: string) => new TextEncoder().encode(value);
const weights = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const config = text(`{"model_type":"clip"}`);
const torch = {
  "config.json": config,
  "pytorch_model.bin": weights.toReversed(),
  "tf_model.h5": text("h5"),
};
const conversion: FakePullRequest = {
  num: 66,
  title: "Adding `safetensors` variant of this model",
  author: "SFconvertbot",
  status: "open",
  files: { ...torch, "config.json": text("{}"), "model.safetensors": weights },
};

let hub: FakeHub;
let options: PullOptions;

const serve = async (files: Record<string, Uint8Array>, ...requests: FakePullRequest[]) => {
  hub?.stop();
  hub = await FakeHub.start(files, ["model.safetensors", "pytorch_model.bin"], requests);
  options = { ...options, endpoint: hub.endpoint };
};
beforeEach(async () => {
  options = { endpoint: "", cacheDir: await mkdtemp(join(tmpdir(), "fovea-hub-")) };
});
afterEach(async () => {
  hub.stop();
  await rm(options.cacheDir, { recursive: true });
});

const inCache = (...path: string[]) => join(options.cacheDir, "models--fovea--tiny-clip", ...path);
const isWhole = async (folder: string) => (await readFile(join(folder, "model.safetensors"))).equals(weights);
const failure = async (promise: Promise<unknown>): Promise<InputError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error(`not an InputError: ${String(error)}`);
  return error;
};

describe("a model without safetensors", () => {
  test("takes the weights from the bot's pull request, all else from the revision asked for", async () => {
    const others = [
      { ...conversion, num: 70, author: "stranger" },
      { ...conversion, num: 69, author: undefined },
      { ...conversion, num: 68, status: "closed" as const },
      { ...conversion, num: 67, title: "Update README.md" },
      { ...conversion, num: 65, isPullRequest: false },
    ].map(({ author, ...rest }) => ({
      ...rest,
      ...(author && { author }),
      files: { ...torch, "model.safetensors": text("evil") },
    }));
    await serve(torch, ...others, { ...conversion, num: 12 }, conversion);
    const told: string[] = [];
    const folder = await pull(hub.id, { ...options, onConversion: (revision) => told.push(revision) });
    expect(told).toEqual(["refs/pr/66"]);
    expect(folder).toBe(inCache("snapshots", hub.commit));
    expect((await readdir(folder)).toSorted()).toEqual(["config.json", "model.safetensors"]);
    expect(await isWhole(folder)).toBe(true);
    expect(await readFile(join(folder, "config.json"), "utf8")).toBe('{"model_type":"clip"}');
    expect(await resolveModel(hub.id, options)).toBe(folder);
  });

  test("takes an index and its shards from a merged one", async () => {
    const shards = {
      "model-00001-of-00002.safetensors": weights,
      "model-00002-of-00002.safetensors": text("two"),
      "model.safetensors.index.json": text("{}"),
    };
    const bins = { "pytorch_model-00001-of-00002.bin": text("1"), "pytorch_model-00002-of-00002.bin": text("2") };
    const files = { ...bins, ...shards, "README.md": text("no weights") };
    await serve({ "config.json": config, ...bins }, { ...conversion, status: "merged", files });
    const folder = await pull(hub.id, options);
    expect((await readdir(folder)).toSorted()).toEqual(["config.json", ...Object.keys(shards)].toSorted());
  });

  test("goes on where the weights broke off, and checks their hash", async () => {
    await serve(torch, conversion);
    hub.faults = { stall: { after: 150_000, times: 1 } };
    const abort = new AbortController();
    const onProgress = ({ file, fileBytes }: PullProgress) =>
      file === "model.safetensors" && fileBytes === 150_000 && abort.abort();
    await expect(pull(hub.id, { ...options, signal: abort.signal, onProgress })).rejects.toThrow(/abort/i);
    expect((await failure(resolveModel(hub.id, options))).code).toBe("MODEL_NOT_FOUND");
    expect(await isWhole(await pull(hub.id, options))).toBe(true);
    const ranges = hub.requests.filter(({ url }) => url.startsWith("/model.safetensors?")).map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=150000-"]);

    await rm(inCache(), { recursive: true });
    hub.faults = { corrupt: true };
    expect((await failure(pull(hub.id, options))).code).toBe("HUB_HASH_MISMATCH");
  });

  test("refuses a conversion of other weights than the revision has", async () => {
    await serve(torch, { ...conversion, files: { ...conversion.files, "pytorch_model.bin": weights } });
    expect((await failure(pull(hub.id, options))).code).toBe("HUB_NO_SAFETENSORS");
  });

  test.each([undefined, 403, 404])("says how to get there if there is none (discussions: %s)", async (status) => {
    await serve(torch);
    if (status) hub.faults = { discussions: status };
    const error = await failure(pull(hub.id, options));
    expect(error.code).toBe("HUB_NO_SAFETENSORS");
    expect(error.message).toContain(
      "fovea/tiny-clip: its weights are there as pytorch_model.bin, tf_model.h5, not as safetensors, " +
        "and Hugging Face's bot offers no conversion of them\n" +
        "  mend: fetch a revision that has model.safetensors, as a pull request may: fovea pull fovea/tiny-clip@refs/pr/N; " +
        "or convert them with Python, and give the folder that this makes:\n" +
        `  python -c "import glob, torch; `,
    );
    expect(await readdir(options.cacheDir)).toEqual([]);
    expect(await readdir(await pull(hub.id, { ...options, files: (path) => path === "config.json" }))).toHaveLength(1);
  });

  test("has no Python for weights that PyTorch does not read, and fetches what has no weights at all", async () => {
    await serve({ "config.json": config, "onnx/model.onnx": text("onnx") }, conversion);
    const { found, mend } = await failure(pull(hub.id, options));
    expect(found).toMatch(/^its weights are there as onnx\/model.onnx, not as safetensors/);
    expect(mend).toMatch(/@refs\/pr\/N$/);
    await serve({ "tokenizer.json": config });
    expect(await readdir(await pull(hub.id, options))).toEqual(["tokenizer.json"]);
  });

  test("a pull request may be named as the revision itself", async () => {
    await serve(torch, { ...conversion, author: "owner" });
    const folder = await pull(`${hub.id}@refs/pr/66`, options);
    expect(await isWhole(folder)).toBe(true);
    expect(await resolveModel(`${hub.id}@refs/pr/66`, options)).toBe(folder);
  });

  test("the Hub's trouble is not taken for a missing conversion", async () => {
    await serve(torch, conversion);
    hub.faults = { discussions: 500 };
    expect((await failure(pull(hub.id, options))).code).toBe("HUB_FAILED");
  });
});
