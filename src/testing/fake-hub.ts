import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test can make the servers do wrong. */
export interface FakeHubFaults {
  /** Answer every request to the Hub with this status. */
  status?: number;
  /** Send only so many bytes of a file, this many times, until {@link FakeHub.breakConnection}. */
  stall?: { readonly after: number; times: number };
  /** Reverse the bytes of large files. */
  corrupt?: boolean;
  /** Send whole files whatever range was asked for. */
  ignoreRange?: boolean;
  /** List every file under this path. */
  listedPath?: string;
}

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

/**
 * A Hub of one model on 127.0.0.1 that speaks the endpoints of the real one: model info, listing in pages, files with
 * ranges and entity tags, and redirects to a store of another origin for large files.
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
  readonly #files: Readonly<Record<string, Uint8Array>>;
  readonly #large: ReadonlySet<string>;

  private constructor(files: Readonly<Record<string, Uint8Array>>, large: readonly string[]) {
    this.#files = files;
    this.#large = new Set(large);
  }

  /** @param large paths of files that are kept in the store. */
  static async start(files: Readonly<Record<string, Uint8Array>>, large: readonly string[]): Promise<FakeHub> {
    const hub = new FakeHub(files, large);
    hub.endpoint = await hub.#listen((request, response) => hub.#answer(request, response));
    hub.#storeUrl = await hub.#listen((request, response) => {
      const bytes = files[decodeURIComponent(request.url!.slice(1))]!;
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
    const api = `/api/models/${this.id}`;
    if (this.faults.status) response.writeHead(this.faults.status).end();
    else if ([`${api}/revision/main`, `${api}/revision/v1`].includes(url.pathname))
      json({ _id: "1", id: this.id, sha: this.commit, lastModified: "2024-01-01T00:00:00.000Z" });
    else if (url.pathname === `${api}/tree/${this.commit}`) {
      const listing = this.#listing();
      if (url.searchParams.has("cursor")) json(listing.slice(2));
      else json(listing.slice(0, 2), { link: `<${url.href}&cursor=2>; rel="next"` });
    } else
      this.#sendFile(
        decodeURIComponent(url.pathname.replace(`/${this.id}/resolve/${this.commit}/`, "")),
        request,
        response,
      );
  }

  #listing(): object[] {
    const entries = Object.entries(this.#files).map(([path, bytes]) => {
      const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 134 };
      const name = { type: "file", path: this.faults.listedPath ?? path, size: bytes.length };
      const isLarge = this.#large.has(path);
      return { ...name, oid: isLarge ? gitId(new Uint8Array([1])) : gitId(bytes), ...(isLarge && { lfs }) };
    });
    return [{ type: "directory", path: "onnx", oid: gitId(new Uint8Array()), size: 0 }, ...entries];
  }

  #sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    const bytes = this.#files[path];
    if (!bytes) response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    else if (this.#large.has(path)) {
      const linked = { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": bytes.length };
      response.writeHead(302, { location: `${this.#storeUrl}/${encodeURIComponent(path)}`, ...linked }).end();
    } else this.#send(request, response, bytes, { etag: `"${gitId(bytes)}"` });
  }

  #send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, headers = {}): void {
    const asked = this.faults.ignoreRange ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const start = Number(asked?.[1] ?? 0);
    const range = asked ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(asked ? 206 : 200, { "content-length": bytes.length - start, ...range, ...headers });
    const { stall } = this.faults;
    if (stall && stall.times-- > 0) {
      this.#stalled.push(response);
      response.write(bytes.subarray(start, start + stall.after));
    } else response.end(bytes.subarray(start));
  }
}
