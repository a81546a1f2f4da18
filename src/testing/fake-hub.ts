import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test can make the servers do wrong. */
export interface FakeHubFaults {
  /** Answer every request to the Hub with this status. */
  status?: number;
  /** Send only so many bytes of a file, this many times, until {@link FakeHub.breakConnection}. */
  stall?: { readonly after: number; times: number };
  /** Answer requests for discussions with this status. */
  discussions?: number;
  /** Reverse the bytes of large files. */
  corrupt?: boolean;
  /** Send whole files whatever range was asked for. */
  ignoreRange?: boolean;
  /** List every file under this path. */
  listedPath?: string;
}

/** A pull request, and whatever makes it one that counts or not. */
export interface FakePullRequest {
  readonly num: number;
  readonly title: string;
  /** None if the account was deleted. */
  readonly author?: string;
  readonly status: "open" | "merged" | "closed";
  /** False for a mere discussion. */
  readonly isPullRequest?: boolean;
  /** The whole repository as of the request. */
  readonly files: Files;
}

type Files = Readonly<Record<string, Uint8Array>>;

/** A request that one of the servers got. */
export interface SeenRequest {
  readonly url: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
}

/** The hash by which the Hub names a large file. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The hash by which the Hub names a file that lies in the git repository itself. */
export const gitId = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** The commit of a pull request. */
const commitOf = (num: number): string => String(num).padStart(40, "f");

/**
 * A Hub of one model on 127.0.0.1 that speaks the endpoints of the real one: model info, listing in pages, files with
 * ranges and entity tags, redirects to a store of another origin for large files, and discussions in pages (unfiltered,
 * whatever is asked for).
 */
export class FakeHub {
  readonly id = "fovea/tiny-clip";
  readonly commit = "0123456789abcdef0123456789abcdef01234567";
  readonly requests: SeenRequest[] = [];
  faults: FakeHubFaults = {};
  endpoint = "";
  #storeUrl = "";
  readonly #servers: Server[] = [];
  readonly #stalled: ServerResponse[] = [];
  /** Files by commit. */
  readonly #trees: ReadonlyMap<string, Files>;
  readonly #large: ReadonlySet<string>;
  readonly #pullRequests: readonly FakePullRequest[];

  private constructor(files: Files, large: readonly string[], pullRequests: readonly FakePullRequest[]) {
    this.#trees = new Map([
      [this.commit, files],
      ...pullRequests.map((request) => [commitOf(request.num), request.files] as const),
    ]);
    this.#large = new Set(large);
    this.#pullRequests = pullRequests;
  }

  /** @param large paths of files that are kept in the store. */
  static async start(
    files: Files,
    large: readonly string[],
    pullRequests: readonly FakePullRequest[] = [],
  ): Promise<FakeHub> {
    const hub = new FakeHub(files, large, pullRequests);
    hub.endpoint = await hub.#listen((request, response) => hub.#answer(request, response));
    hub.#storeUrl = await hub.#listen((request, response) => {
      const all = [...hub.#trees.values()].flatMap((tree) => Object.values(tree));
      const bytes = all.find((each) => request.url!.endsWith(`?${sha256(each)}`))!;
      hub.#send(request, response, hub.faults.corrupt ? bytes.toReversed() : bytes);
    });
    return hub;
  }

  /** Breaks the connection that stalled last. */
  breakConnection(): void {
    this.#stalled.pop()?.destroy();
  }

  /** Takes no more connections. */
  stop(): void {
    for (const server of this.#servers) server.close();
  }

  async #listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => {
      const { range, authorization } = request.headers;
      this.requests.push({ url: request.url!, range, token: authorization });
      handler(request, response);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, this.endpoint);
    const json = (value: unknown, headers = {}) =>
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    const path = decodeURIComponent(url.pathname);
    const [, asked, revision = ""] = path.match(`^/api/models/${this.id}/(revision|tree|discussions)/?(.*)$`) ?? [];
    const [, at = "", file = ""] = path.match(`^/${this.id}/resolve/([^/]+)/(.+)$`) ?? [];
    const commit = this.#commitOf(revision);
    const files = this.#trees.get(asked === "tree" ? revision : at);
    const page = Number(url.searchParams.get("p"));
    if (this.faults.status) response.writeHead(this.faults.status).end();
    else if (asked === "discussions" && this.faults.discussions) response.writeHead(this.faults.discussions).end();
    else if (asked === "discussions")
      json({ discussions: this.#discussions(page), count: this.#pullRequests.length, start: page });
    else if (asked === "revision" && commit !== undefined)
      json({ _id: "1", id: this.id, sha: commit, lastModified: "2024-01-01T00:00:00.000Z" });
    else if (asked === "tree" && files) {
      const listing = this.#listing(files);
      if (url.searchParams.has("cursor")) json(listing.slice(2));
      else json(listing.slice(0, 2), { link: `<${url.href}&cursor=2>; rel="next"` });
    } else this.#sendFile(files?.[file], file, request, response);
  }

  /** The commit of a revision: `main`, `v1`, `refs/pr/N` or a commit itself. */
  #commitOf(revision: string): string | undefined {
    if (revision === "main" || revision === "v1") return this.commit;
    const commit = revision.startsWith("refs/pr/") ? commitOf(Number(revision.slice(8))) : revision;
    return this.#trees.has(commit) ? commit : undefined;
  }

  /** A page of one. */
  #discussions(page: number): object[] {
    return this.#pullRequests.slice(page, page + 1).map(({ num, title, author, status, isPullRequest = true }) => ({
      num,
      title,
      status,
      isPullRequest,
      createdAt: "2024-01-01T00:00:00.000Z",
      repo: { name: this.id, type: "model" },
      ...(author && { author: { name: author } }),
    }));
  }

  #listing(files: Files): object[] {
    const entries = Object.entries(files).map(([path, bytes]) => {
      const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 134 };
      const name = { type: "file", path: this.faults.listedPath ?? path, size: bytes.length };
      const isLarge = this.#large.has(path);
      return { ...name, oid: isLarge ? gitId(new Uint8Array([1])) : gitId(bytes), ...(isLarge && { lfs }) };
    });
    return [{ type: "directory", path: "onnx", oid: gitId(new Uint8Array()), size: 0 }, ...entries];
  }

  #sendFile(bytes: Uint8Array | undefined, path: string, request: IncomingMessage, response: ServerResponse): void {
    if (!bytes) response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    else if (this.#large.has(path)) {
      const linked = { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": bytes.length };
      response
        .writeHead(302, { location: `${this.#storeUrl}/${encodeURIComponent(path)}?${sha256(bytes)}`, ...linked })
        .end();
    } else this.#send(request, response, bytes, { etag: `"${gitId(bytes)}"` });
  }

  #send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, headers = {}): void {
    const asked = this.faults.ignoreRange ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const start = Number(asked?.[1] ?? 0);
    const range = asked ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(asked ? 206 : 200, { "content-length": bytes.length - start, ...range, ...headers });
    const { stall } = this.faults;
    if (stall && start + stall.after < bytes.length && stall.times-- > 0) {
      this.#stalled.push(response);
      response.write(bytes.subarray(start, start + stall.after));
    } else response.end(bytes.subarray(start));
  }
}
