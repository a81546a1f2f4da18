import { createHash } from "node:crypto";
import { appendFile, lstat, mkdtemp, readdir, readFile, readlink, rename, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../platform/error.ts";
import { pull, type PullOptions, type PullProgress } from "./pull.node.ts";
import { resolveModel } from "./resolve.node.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const id = "fovea/tiny-clip";
const weights = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const text = (value: string) => new TextEncoder().encode(value);

/** By path; those in `large` are kept apart from the git repository, as on the Hub. */
const repository: Readonly<Record<string, Uint8Array>> = {
  "config.json": text('{"model_type":"clip"}'),
  "empty.txt": new Uint8Array(),
  "model.safetensors": weights,
  "pytorch_model.bin": weights,
  "onnx/text model.onnx": text("onnx"),
};
const large = new Set(["model.safetensors", "pytorch_model.bin"]);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const gitId = (bytes: Uint8Array) => createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** What a test makes the server do. */
interface Behaviour {
  status?: number;
  /** Send only so many bytes of a file, this many times, until the test breaks the connection. */
  stall?: { after: number; times: number };
  corrupt?: boolean;
  ignoreRange?: boolean;
  evilPath?: string;
}

const stalled: ServerResponse[] = [];
const requests: { url: string; range: string | undefined; token: string | undefined }[] = [];
let behaviour: Behaviour;
let hub: Server;
let store: Server; // large files come from another origin, as on the Hub
let endpoint: string;
let storeUrl: string;
let options: PullOptions;

const listen = async (handler: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push({ url: request.url!, range, token: authorization });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`] as const;
};

function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
) {
  const from = behaviour.ignoreRange ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const start = Number(from ?? 0);
  const body = bytes.subarray(start);
  const range = from === undefined ? {} : { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from === undefined ? 200 : 206, { "content-length": body.length, ...range, ...headers });
  if (behaviour.stall && behaviour.stall.times-- > 0) {
    stalled.push(response);
    response.write(body.subarray(0, behaviour.stall.after));
  } else response.end(body);
}

function answerHub(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url!, endpoint);
  const json = (value: unknown, headers = {}) =>
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  if (behaviour.status) return response.writeHead(behaviour.status).end();
  if (url.pathname === `/api/models/${id}/revision/main` || url.pathname === `/api/models/${id}/revision/v1`)
    return json({ _id: "1", id, sha: commit, lastModified: "2024-01-01T00:00:00.000Z" });
  if (url.pathname === `/api/models/${id}/tree/${commit}`) {
    const entries = Object.entries(repository).map(([path, bytes]) => ({
      type: "file",
      path: behaviour.evilPath ?? path,
      oid: large.has(path) ? gitId(text("pointer")) : gitId(bytes),
      size: bytes.length,
      ...(large.has(path) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
    }));
    if (url.searchParams.has("cursor")) return json(entries.slice(2)); // the listing comes in two pages
    return json([{ type: "directory", path: "onnx", oid: gitId(text("")), size: 0 }, ...entries.slice(0, 2)], {
      link: `<${url.href}&cursor=2>; rel="next"`,
    });
  }
  const path = decodeURIComponent(url.pathname.replace(`/${id}/resolve/${commit}/`, ""));
  const bytes = repository[path];
  if (!bytes) return response.writeHead(404, { "x-error-code": "RepoNotFound" }).end();
  const etag = large.has(path) ? sha256(bytes) : gitId(bytes);
  if (!large.has(path)) return send(request, response, bytes, { etag: `"${etag}"` });
  const headers = {
    location: `${storeUrl}/${path}`,
    "x-linked-etag": `"${etag}"`,
    "x-linked-size": String(bytes.length),
  };
  return response.writeHead(302, headers).end();
}

const startStore = async () => {
  [store, storeUrl] = await listen((request, response) => {
    const bytes = repository[request.url!.slice(1)]!;
    send(request, response, behaviour.corrupt ? bytes.toReversed() : bytes);
  });
};

beforeAll(async () => {
  [hub, endpoint] = await listen(answerHub);
  await startStore();
});
afterAll(() => {
  hub.close();
  store.close();
});
beforeEach(async () => {
  behaviour = {};
  requests.length = 0;
  stalled.length = 0;
  options = { endpoint, cacheDir: await mkdtemp(join(tmpdir(), "fovea-hub-")) };
});
afterEach(() => rm(options.cacheDir, { recursive: true }));

const inCache = (...path: string[]) => join(options.cacheDir, "models--fovea--tiny-clip", ...path);
const failure = async (promise: Promise<unknown>): Promise<InputError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error(`not an InputError: ${String(error)}`);
  return error;
};
const isWhole = async (folder: string) => (await readFile(join(folder, "model.safetensors"))).equals(weights);
const weightRequests = () => requests.filter(({ url }) => url === "/model.safetensors").map(({ range }) => range);

describe("pull", () => {
  test("fills the cache in Hugging Face's layout, leaving other formats of the weights out", async () => {
    const folder = await pull(id, options);
    expect(folder).toBe(inCache("snapshots", commit));
    expect((await readdir(folder)).toSorted()).toEqual(["config.json", "empty.txt", "model.safetensors"]);
    expect(await isWhole(folder)).toBe(true);
    expect(await readFile(inCache("refs", "main"), "utf8")).toBe(commit);
    expect(await readlink(join(folder, "model.safetensors"))).toBe(join("..", "..", "blobs", sha256(weights)));
    expect((await readdir(inCache("blobs"))).toSorted()).toEqual(
      [gitId(repository["config.json"]!), gitId(new Uint8Array()), sha256(weights)].toSorted(),
    );
  });

  test("a second pull fetches no file again, and another revision of the same commit only notes it", async () => {
    await pull(id, options);
    requests.length = 0;
    const folder = await pull(`${id}@v1`, options);
    expect(folder).toBe(inCache("snapshots", commit));
    expect(requests.map(({ url }) => url).filter((url) => !url.startsWith("/api/"))).toEqual([]);
    expect(await readFile(inCache("refs", "v1"), "utf8")).toBe(commit);
  });

  test("fetches the files asked for, in their folders", async () => {
    const folder = await pull(id, { ...options, files: (path) => path.startsWith("onnx/") });
    expect(await readFile(join(folder, "onnx", "text model.onnx"), "utf8")).toBe("onnx");
    expect((await lstat(join(folder, "onnx", "text model.onnx"))).isSymbolicLink()).toBe(true);
    expect((await failure(pull(id, { ...options, files: () => false }))).code).toBe("HUB_NO_FILES");
  });

  test("reports progress that ends at the total", async () => {
    const reports: PullProgress[] = [];
    await pull(id, { ...options, onProgress: (progress) => reports.push(progress) });
    const totalBytes = weights.length + repository["config.json"]!.length;
    expect(reports.at(-1)).toEqual({
      file: "model.safetensors",
      fileBytes: weights.length,
      fileSize: weights.length,
      bytes: totalBytes,
      totalBytes,
    });
    expect(reports.every(({ bytes }, i) => i === 0 || bytes >= reports[i - 1]!.bytes)).toBe(true);
    expect(reports.length).toBeGreaterThan(3);
  });

  test("shows the token to the Hub and not to the store that it refers to", async () => {
    await pull(id, { ...options, token: "hf_secret" });
    expect(requests.length).toBeGreaterThan(4);
    for (const { url, token } of requests)
      expect([url, token]).toEqual([url, url === "/model.safetensors" ? undefined : "Bearer hf_secret"]);
  });
});

describe("a download that breaks off", () => {
  const onlyWeights = (path: string) => path === "model.safetensors";
  /** Breaks the connection when all that the server sends before it stalls has arrived. */
  const breakAt =
    (...received: number[]) =>
    ({ bytes }: PullProgress) => {
      if (received.includes(bytes)) stalled.pop()?.destroy();
    };

  test("goes on in the same call as long as something arrives", async () => {
    behaviour = { stall: { after: 100_000, times: 2 } };
    const folder = await pull(id, { ...options, files: onlyWeights, onProgress: breakAt(100_000, 200_000) });
    expect(weightRequests()).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("goes on in the next call after an interruption", async () => {
    const abort = new AbortController();
    behaviour = { stall: { after: 150_000, times: 1 } };
    const first = pull(id, {
      ...options,
      files: onlyWeights,
      signal: abort.signal,
      onProgress: ({ bytes }) => bytes === 150_000 && abort.abort(),
    });
    await expect(first).rejects.toThrow(/abort/i);
    expect(await readdir(inCache("blobs"))).toEqual([`${sha256(weights)}.incomplete`]);
    await expect(resolveModel(id, options)).rejects.toThrow(/no such model in the cache/); // half a model is none

    const folder = await pull(id, options);
    expect(weightRequests()).toEqual([undefined, "bytes=150000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("starts over where the server knows no ranges", async () => {
    behaviour = { stall: { after: 1000, times: 1 }, ignoreRange: true };
    const folder = await pull(id, { ...options, files: onlyWeights, onProgress: breakAt(1000) });
    expect(weightRequests()).toEqual([undefined, "bytes=1000-"]);
    expect(await isWhole(folder)).toBe(true);
  });

  test("starts over where more lies there than the file has", async () => {
    const folder = await pull(id, options);
    const blob = inCache("blobs", sha256(weights));
    await rename(blob, `${blob}.incomplete`);
    await appendFile(`${blob}.incomplete`, "more");
    await pull(id, options);
    expect(await isWhole(folder)).toBe(true);
  });

  test("gives up when nothing more arrives, and keeps what did", async () => {
    behaviour = { stall: { after: 5000, times: 2 } };
    const first = pull(id, {
      ...options,
      files: onlyWeights,
      onProgress: ({ bytes }) => {
        if (bytes !== 5000) return;
        store.close(); // no new connections
        stalled.pop()?.destroy();
      },
    });
    const error = await failure(first);
    expect(error.code).toBe("HUB_INTERRUPTED");
    expect(error.message).toMatch(/model.safetensors: it broke off after 5000 of 400000 bytes\n {2}mend: run it again/);
    expect((await lstat(`${inCache("blobs", sha256(weights))}.incomplete`)).size).toBe(5000);
    await startStore();
  });
});

test("bytes that do not have their hash are removed, and right ones taken the next time", async () => {
  behaviour = { corrupt: true };
  const error = await failure(pull(id, options));
  expect(error.code).toBe("HUB_HASH_MISMATCH");
  expect(error.message).toContain(`the Hub names ${sha256(weights)}; it was removed`);
  expect(await readdir(inCache("blobs"))).not.toContainEqual(expect.stringContaining(sha256(weights)));
  behaviour = {};
  expect(await isWhole(await pull(id, options))).toBe(true);
});

describe("says why it cannot", () => {
  test.each([
    [404, "HUB_NOT_FOUND", /has no such model, revision or file/],
    [
      401,
      "HUB_DENIED",
      /answered 401: the model is private or gated.*\n.*accept the terms at .*fovea\/tiny-clip, and set HF_TOKEN/,
    ],
    [403, "HUB_DENIED", /answered 403/],
    [500, "HUB_FAILED", /answered 500\n {2}mend: try again later/],
  ])("status %i", async (status, code, found) => {
    behaviour = { status };
    const error = await failure(pull(id, options));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(found);
  });

  test("nobody answers", async () => {
    const [server, address] = await listen(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(pull(id, { ...options, endpoint: address }));
    expect(error.code).toBe("HUB_OFFLINE");
    expect(error.message).toMatch(
      /^fovea\/tiny-clip: http:.* cannot be reached \(.*ECONNREFUSED.*\)\n {2}mend: connect to the network, set HF_ENDPOINT/,
    );
  });

  test("an answer that is no JSON, and a name that leaves the folder", async () => {
    const [server, address] = await listen((_, response) => response.end("<html>"));
    expect((await failure(pull(id, { ...options, endpoint: address }))).message).toMatch(/does not answer in JSON/);
    server.close();
    behaviour = { evilPath: "../../evil.json" };
    const error = await failure(pull(id, { ...options, files: () => true }));
    expect([error.code, error.message]).toEqual([
      "HUB_LISTING_INVALID",
      expect.stringContaining('a file is called "../../evil.json"'),
    ]);
  });
});

describe("resolveModel", () => {
  test("a folder in place, a pulled model by name, branch, tag or commit", async () => {
    expect(await resolveModel(options.cacheDir, options)).toBe(options.cacheDir);
    const folder = await pull(`${id}@v1`, options);
    expect(await resolveModel(`${id}@v1`, options)).toBe(folder);
    expect(await resolveModel(`${id}@${commit}`, options)).toBe(folder);
    const error = await failure(resolveModel(id, options));
    expect(error.code).toBe("MODEL_NOT_FOUND");
    expect(error.message).toMatch(/no such model in the cache \(.*\)\n {2}mend: run: fovea pull fovea\/tiny-clip$/);
  });

  test("a path that is no folder", async () => {
    expect((await failure(resolveModel("./runs/none", options))).message).toBe(
      "./runs/none: there is no such folder\n  mend: check the path",
    );
  });
});
