import { appendFile, lstat, mkdtemp, readdir, readFile, readlink, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../platform/error.ts";
import { FakeHub, gitId, sha256 } from "../../testing/fake-hub.ts";
import { pull, type PullOptions, type PullProgress } from "./pull.node.ts";
import { resolveModel } from "./resolve.node.ts";

const text = (value: string) => new TextEncoder().encode(value);
const weights = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const config = text('{"model_type":"clip"}');
const repository = {
  "config.json": config,
  "empty.txt": new Uint8Array(),
  "model.safetensors": weights,
  "pytorch_model.bin": weights,
  "onnx/text model.onnx": text("onnx"),
};
const onlyWeights = (path: string) => path === "model.safetensors";

let hub: FakeHub;
let options: PullOptions;

beforeEach(async () => {
  hub = await FakeHub.start(repository, ["model.safetensors", "pytorch_model.bin"]);
  options = { endpoint: hub.endpoint, cacheDir: await mkdtemp(join(tmpdir(), "fovea-hub-")) };
});
afterEach(async () => {
  hub.stop();
  await rm(options.cacheDir, { recursive: true });
});

const inCache = (...path: string[]) => join(options.cacheDir, "models--fovea--tiny-clip", ...path);
const isWhole = async (folder: string) => (await readFile(join(folder, "model.safetensors"))).equals(weights);
const weightRequests = () =>
  hub.requests.filter(({ url }) => url.startsWith("/model.safetensors?")).map(({ range }) => range);
const failure = async (promise: Promise<unknown>): Promise<InputError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error(`not an InputError: ${String(error)}`);
  return error;
};

describe("pull", () => {
  test("fills the cache in Hugging Face's layout, leaving other formats of the weights out", async () => {
    const folder = await pull(hub.id, options);
    expect(folder).toBe(inCache("snapshots", hub.commit));
    expect((await readdir(folder)).toSorted()).toEqual(["config.json", "empty.txt", "model.safetensors"]);
    expect(await isWhole(folder)).toBe(true);
    expect(await readFile(inCache("refs", "main"), "utf8")).toBe(hub.commit);
    expect(await readlink(join(folder, "model.safetensors"))).toBe(join("..", "..", "blobs", sha256(weights)));
    const hashes = [gitId(config), gitId(new Uint8Array()), sha256(weights)];
    expect((await readdir(inCache("blobs"))).toSorted()).toEqual(hashes.toSorted());
  });

  test("a second pull fetches no file again, and another revision of the same commit only notes it", async () => {
    await pull(hub.id, options);
    hub.requests.length = 0;
    expect(await pull(`${hub.id}@v1`, options)).toBe(inCache("snapshots", hub.commit));
    expect(hub.requests.filter(({ url }) => !url.startsWith("/api/"))).toEqual([]);
    expect(await readFile(inCache("refs", "v1"), "utf8")).toBe(hub.commit);
  });

  test("fetches the files asked for, in their folders", async () => {
    const folder = await pull(hub.id, { ...options, files: (path) => path.startsWith("onnx/") });
    expect(await readFile(join(folder, "onnx", "text model.onnx"), "utf8")).toBe("onnx");
    expect((await lstat(join(folder, "onnx", "text model.onnx"))).isSymbolicLink()).toBe(true);
    expect((await failure(pull(hub.id, { ...options, files: () => false }))).code).toBe("HUB_NO_FILES");
  });

  test("reports progress that ends at the total", async () => {
    const reports: PullProgress[] = [];
    await pull(hub.id, { ...options, onProgress: (progress) => reports.push(progress) });
    const [fileSize, totalBytes] = [weights.length, weights.length + config.length];
    expect(reports.at(-1)).toEqual({
      file: "model.safetensors",
      fileBytes: fileSize,
      fileSize,
      bytes: totalBytes,
      totalBytes,
    });
    expect(reports.every(({ bytes }, i) => i === 0 || bytes >= reports[i - 1]!.bytes)).toBe(true);
    expect(reports.length).toBeGreaterThan(3);
  });

  test("shows the token to the Hub and not to the store that it refers to", async () => {
    await pull(hub.id, { ...options, token: "hf_secret" });
    const seen = hub.requests.map(({ url, token }) => [url, token]);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen).toEqual(
      seen.map(([url]) => [url, url?.startsWith("/model.safetensors?") ? undefined : "Bearer hf_secret"]),
    );
  });
});

describe("a download that breaks off", () => {
  /** Breaks the connection when all that the server sends before it stalls has arrived. */
  const breakAt =
    (...received: number[]) =>
    ({ bytes }: PullProgress) => {
      if (received.includes(bytes)) hub.breakConnection();
    };

  test("goes on in the same call as long as something arrives", async () => {
    hub.faults = { stall: { after: 100_000, times: 2 } };
    const folder = await pull(hub.id, { ...options, files: onlyWeights, onProgress: breakAt(100_000, 200_000) });
    expect(weightRequests()).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("goes on in the next call after an interruption", async () => {
    const abort = new AbortController();
    hub.faults = { stall: { after: 150_000, times: 1 } };
    const onProgress = ({ bytes }: PullProgress) => bytes === 150_000 && abort.abort();
    await expect(pull(hub.id, { ...options, files: onlyWeights, signal: abort.signal, onProgress })).rejects.toThrow(
      /abort/i,
    );
    expect(await readdir(inCache("blobs"))).toEqual([`${sha256(weights)}.incomplete`]);
    expect((await failure(resolveModel(hub.id, options))).code).toBe("MODEL_NOT_FOUND"); // half a model is none

    const folder = await pull(hub.id, options);
    expect(weightRequests()).toEqual([undefined, "bytes=150000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("starts over where the server knows no ranges", async () => {
    hub.faults = { stall: { after: 1000, times: 1 }, ignoreRange: true };
    const folder = await pull(hub.id, { ...options, files: onlyWeights, onProgress: breakAt(1000) });
    expect(weightRequests()).toEqual([undefined, "bytes=1000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("starts over where more lies there than the file has", async () => {
    const folder = await pull(hub.id, options);
    const blob = inCache("blobs", sha256(weights));
    await rename(blob, `${blob}.incomplete`);
    await appendFile(`${blob}.incomplete`, "more");
    await pull(hub.id, options);
    expect(await isWhole(folder)).toBe(true);
  });

  test("gives up when nothing more arrives, and keeps what did", async () => {
    hub.faults = { stall: { after: 5000, times: 1 } };
    const onProgress = ({ bytes }: PullProgress) => {
      if (bytes !== 5000) return;
      hub.stop();
      hub.breakConnection();
    };
    const error = await failure(pull(hub.id, { ...options, files: onlyWeights, onProgress }));
    expect(error.code).toBe("HUB_INTERRUPTED");
    expect(error.message).toMatch(/model.safetensors: it broke off after 5000 of 400000 bytes\n {2}mend: run it again/);
    expect((await lstat(`${inCache("blobs", sha256(weights))}.incomplete`)).size).toBe(5000);
  });
});

test("bytes that do not have their hash are removed, and right ones taken the next time", async () => {
  hub.faults = { corrupt: true };
  const error = await failure(pull(hub.id, options));
  expect(error.code).toBe("HUB_HASH_MISMATCH");
  expect(error.message).toContain(`the Hub names ${sha256(weights)}; it was removed`);
  expect((await readdir(inCache("blobs"))).filter((name) => name.startsWith(sha256(weights)))).toEqual([]);
  hub.faults = {};
  expect(await isWhole(await pull(hub.id, options))).toBe(true);
});

describe("says why it cannot", () => {
  test.each([
    [404, "HUB_NOT_FOUND", /has no such model, revision or file/],
    [
      401,
      "HUB_DENIED",
      /answered 401: the model is private or gated.*\n.*the terms at .*fovea\/tiny-clip, and set HF_TOKEN/,
    ],
    [403, "HUB_DENIED", /answered 403/],
    [500, "HUB_FAILED", /answered 500\n {2}mend: try again later/],
  ])("status %i", async (status, code, found) => {
    hub.faults = { status };
    const error = await failure(pull(hub.id, options));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(found);
  });

  test("nobody answers", async () => {
    hub.stop();
    const error = await failure(pull(hub.id, options));
    expect(error.code).toBe("HUB_OFFLINE");
    expect(error.message).toMatch(
      /^fovea\/tiny-clip: http:.* cannot be reached \(.*ECONNREFUSED.*\)\n {2}mend: connect to the network, set HF_ENDPOINT/,
    );
  });

  test("an answer that is no JSON", async () => {
    const server = createServer((_, response) => response.end("<html>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await failure(pull(hub.id, { ...options, endpoint }))).message).toMatch(/does not answer in JSON/);
    server.close();
  });

  test("a name that leaves the folder", async () => {
    hub.faults = { listedPath: "../../evil.json" };
    const error = await failure(pull(hub.id, { ...options, files: () => true }));
    expect(error.code).toBe("HUB_LISTING_INVALID");
    expect(error.message).toContain('a file is called "../../evil.json"');
  });
});

describe("resolveModel", () => {
  test("a folder in place, a pulled model by name, branch, tag or commit", async () => {
    expect(await resolveModel(options.cacheDir, options)).toBe(options.cacheDir);
    const folder = await pull(`${hub.id}@v1`, options);
    expect(await resolveModel(`${hub.id}@v1`, options)).toBe(folder);
    expect(await resolveModel(`${hub.id}@${hub.commit}`, options)).toBe(folder);
    const error = await failure(resolveModel(hub.id, options));
    expect(error.code).toBe("MODEL_NOT_FOUND");
    expect(error.message).toMatch(
      /no such model in the cache \(.*\)\n {2}mend: check the path, or fetch the model of the Hub: fovea pull fovea\/tiny-clip$/,
    );
  });

  test("a path that is no folder", async () => {
    const error = await failure(resolveModel("./runs/none", options));
    expect(error.message).toBe("./runs/none: there is no such folder\n  mend: check the path");
  });
});
