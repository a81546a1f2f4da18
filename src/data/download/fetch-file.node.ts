import { setMaxListeners } from "node:events";
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import { optOutOf, type OptOutSignal } from "./opt-out.ts";
import { DownloadFailure, type FailureReason } from "./outcome.ts";
import { parseHttpUrl } from "./http-url.ts";
import { readBody } from "./read-body.node.ts";
import { codeOf, type HostResolver } from "./resolve-host.node.ts";
import { retryAfterOf } from "./retry.ts";

/** What a {@link FileFetcher} sends, takes and refuses. */
export interface FetchOptions {
  /** Milliseconds for name, connection, redirects and the whole body together. */
  readonly timeout: number;
  /** Bytes of a file at most, as sent and as unpacked. */
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly userAgent: string;
  /** Signals that are respected. */
  readonly optOut: ReadonlySet<OptOutSignal>;
  readonly signal: AbortSignal;
}

/** A file that has arrived whole. */
export interface FetchedFile {
  readonly bytes: Uint8Array;
  readonly httpStatus: number;
  readonly contentType: string | undefined;
}

/** Fetches files, each in one attempt, over connections that are kept for the next file of the same host. */
export class FileFetcher {
  readonly #options: FetchOptions;
  readonly #resolver: HostResolver;
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  constructor(resolver: HostResolver, options: FetchOptions) {
    this.#resolver = resolver;
    this.#options = options;
  }

  /**
   * Follows redirects, judging each hop like the first address.
   * @throws {DownloadFailure} with every reason from DNS_FAILED to NOT_A_PICTURE in the list of reasons, but for HASH_MISMATCH
   * @throws the signal's reason, if it is aborted
   */
  async fetch(url: URL): Promise<FetchedFile> {
    const { signal, timeout } = this.#options;
    const attempt = new AbortController();
    setMaxListeners(0, attempt.signal); // as every redirect does
    const stop = (): void => attempt.abort();
    const timer = setTimeout(stop, timeout);
    signal.addEventListener("abort", stop);
    try {
      return await beforeAbort(this.#follow(url, attempt.signal), attempt.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!attempt.signal.aborted) throw error;
      throw new DownloadFailure("TIMEOUT", `not done after ${timeout} ms`, { isTransient: true });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #follow(start: URL, signal: AbortSignal): Promise<FetchedFile> {
    const { maxRedirects, maxBytes } = this.#options;
    const visited = new Set<string>();
    for (let url = start; ;) {
      if (visited.has(url.href) || visited.size > maxRedirects)
        throw new DownloadFailure("REDIRECT_LIMIT", `${visited.size} redirects, the last to ${url.href}`);
      visited.add(url.href);
      const answer = await this.#request(url, signal);
      try {
        const status = answer.statusCode ?? 0;
        this.#checkOptOut(answer);
        if ([301, 302, 303, 307, 308].includes(status)) {
          url = redirectTarget(answer, url);
          continue;
        }
        if (status !== 200) throw statusFailure(answer, status);
        const contentType = answer.headers["content-type"];
        return { bytes: await readBody(answer, maxBytes), httpStatus: status, contentType };
      } finally {
        if (!answer.complete)
          answer.destroy(); // nobody reads the rest
        else answer.resume();
      }
    }
  }

  async #request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await this.#resolver.addresses(url.hostname);
    signal.throwIfAborted();
    const isEncrypted = url.protocol === "https:";
    const options = {
      agent: isEncrypted ? this.#https : this.#http,
      headers: { "user-agent": this.#options.userAgent, accept: "image/*", "accept-encoding": "identity" },
      lookup: pinned(addresses),
      signal,
    };
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (isEncrypted ? requestHttps : requestHttp)(url, options, resolve);
      request.on("error", (error) => {
        this.#resolver.forget(url.hostname);
        reject(connectionFailure(error));
      });
      request.end();
    });
  }

  #checkOptOut({ headersDistinct }: IncomingMessage): void {
    const robot = /^[^/\s]*/.exec(this.#options.userAgent)?.[0] ?? "";
    const signal = optOutOf(headersDistinct, this.#options.optOut, robot);
    if (signal !== undefined) throw new DownloadFailure("OPTED_OUT", signal);
  }
}

/** Answers a connection's question for addresses with those that were checked. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, callback) => {
    const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    if (all) callback(null, known);
    else callback(null, known[0]!.address, known[0]!.family);
  };

/** Settles like `work`, or rejects at the abort: not everything that is under way can be stopped, a question for a name for one. */
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {}); // it may fail when nobody waits for it any more
  return await new Promise<T>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    work.then(resolve, reject);
  });
}

function redirectTarget({ headers }: IncomingMessage, from: URL): URL {
  const target = headers.location === undefined ? undefined : parseHttpUrl(headers.location, from);
  if (target !== undefined) return target;
  throw new DownloadFailure("REDIRECT_INVALID", `the target is ${JSON.stringify(headers.location ?? null)}`);
}

function statusFailure({ headers, statusMessage }: IncomingMessage, status: number): DownloadFailure {
  return new DownloadFailure(reasonOfStatus(status), `${status} ${statusMessage ?? ""}`.trim(), {
    httpStatus: status,
    isTransient: [408, 425, 429, 500, 502, 503, 504].includes(status),
    retryAfter: retryAfterOf(headers["retry-after"], headers.date),
  });
}

function reasonOfStatus(status: number): FailureReason {
  if ([404, 410].includes(status)) return "HTTP_NOT_FOUND";
  if ([401, 402, 403, 407, 451].includes(status)) return "HTTP_FORBIDDEN";
  if (status === 429) return "HTTP_TOO_MANY_REQUESTS";
  return status >= 500 ? "HTTP_SERVER_ERROR" : "HTTP_OTHER";
}

/** What an error before the answer's head says. */
function connectionFailure(error: Error): DownloadFailure {
  const code = codeOf(error) ?? error.message;
  if (code.startsWith("HPE_")) return new DownloadFailure("PROTOCOL_ERROR", code);
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME)/.test(code))
    return new DownloadFailure("TLS_FAILED", code);
  return new DownloadFailure("CONNECTION_FAILED", code, { isTransient: true });
}
