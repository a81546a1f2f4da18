import { fold, key, uniform, type Key } from "../../engine/random.ts";
import { FoveaError, InputError } from "../../platform/error.ts";
import { excerpt } from "./answer.ts";

/** How an endpoint is asked. */
export interface EndpointOptions {
  /** Sent as a bearer token; none if absent. */
  readonly apiKey?: string;
  /** Milliseconds for one request with its answer; 60,000 if absent. */
  readonly timeoutMs?: number;
  /** Tries after the first; 4 if absent. */
  readonly retries?: number;
  /** Milliseconds before the second try, doubled before each further one, with up to half of it by chance; 1,000 if absent. */
  readonly backoffMs?: number;
  /** Longest pause that a server may ask for (`Retry-After`), milliseconds; 60,000 if absent. */
  readonly maxPauseMs?: number;
}

/** An answer longer than this is no caption, bytes. */
const maxAnswerBytes = 2 ** 20;

/** Answers after which another try may do better: too busy, too early, the server's own trouble. */
const isPassing = (status: number): boolean => [408, 409, 425, 429].includes(status) || status >= 500;

/** Answers that every request will get: the address, the key or the model is wrong. */
const isFinal = (status: number): boolean =>
  [401, 402, 403, 404, 405, 407].includes(status) || (status >= 300 && status < 400);

/** A try that failed, and the pause that the server asked for. */
interface Failure {
  readonly error: unknown;
  readonly found: string;
  readonly pauseMs?: number;
}

/** Posts JSON to one address, again where that may help. */
export class Endpoint {
  readonly #url: string;
  readonly #options: EndpointOptions;
  readonly #key: Key = fold(key(0), "endpoint");
  #requests = 0;

  constructor(url: string, options: EndpointOptions) {
    this.#url = url;
    this.#options = options;
  }

  /**
   * Posts a value.
   * @param read makes something of the answer's text; if it throws, that is a reason to try again, unless the error is in `final`
   * @param final codes of errors of `read` after which there is no other try
   * @throws {InputError} CAPTIONER_REFUSED (all requests will fail), CAPTIONER_REJECTED (this one), CAPTIONER_UNREACHABLE (now, after
   *   all tries), what `read` throws, and the signal's reason
   */
  async post<T>(
    value: unknown,
    read: (body: string) => T,
    { final, signal }: { readonly final: readonly string[]; readonly signal?: AbortSignal | undefined },
  ): Promise<T> {
    const { retries = 4, backoffMs = 1000, maxPauseMs = 60_000 } = this.#options;
    const body = JSON.stringify(value);
    const request = this.#requests++;
    for (let attempt = 0; ; attempt++) {
      const result = await this.#try(body, read, signal);
      if ("value" in result) return result.value;
      const { error, found, pauseMs = 0 } = result;
      if (error instanceof FoveaError && ["CAPTIONER_REFUSED", "CAPTIONER_REJECTED", ...final].includes(error.code))
        throw error;
      if (attempt >= retries || pauseMs > maxPauseMs) {
        if (error instanceof FoveaError) throw error;
        const pause = pauseMs > maxPauseMs ? ` and asks for a pause of ${pauseMs / 1000} s` : "";
        const tries = `${attempt + 1} ${attempt === 0 ? "try" : "tries"}`;
        throw new InputError(
          "CAPTIONER_UNREACHABLE",
          this.#url,
          `${found}${pause}, after ${tries}`,
          "see that the server runs and is not overloaded; run the same command again to go on",
          { cause: error },
        );
      }
      const [chance = 0] = uniform(fold(this.#key, request, attempt), 1);
      await sleep(Math.max(pauseMs, backoffMs * 2 ** attempt * (1 + chance / 2)), signal);
    }
  }

  async #try<T>(
    body: string,
    read: (body: string) => T,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly value: T } | Failure> {
    const { apiKey, timeoutMs = 60_000 } = this.#options;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": "application/json",
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        },
        body,
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      });
      const text = await limitedText(response, this.#url);
      if (response.ok) return { value: read(text) };
      return this.#refusal(response, text);
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) return { error, found: `there was no whole answer within ${timeoutMs / 1000} s` };
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { error, found: cause instanceof Error ? cause.message : String(cause) };
    }
  }

  #refusal(response: Response, text: string): Failure {
    const { status, statusText, headers } = response;
    const target = headers.get("location");
    const found = `the server answered ${`${status} ${statusText}`.trim()}${target === null ? "" : ` to ${target}`}: ${excerpt(text)}`;
    if (isPassing(status)) return { error: undefined, found, ...pauseOf(headers) };
    const error = isFinal(status)
      ? new InputError(
          "CAPTIONER_REFUSED",
          this.#url,
          found,
          "check the endpoint's address, the API key and the model's name",
        )
      : new InputError(
          "CAPTIONER_REJECTED",
          this.#url,
          found,
          "leave this picture out, or see what the server says of it",
        );
    return { error, found };
  }
}

/** @throws {InputError} CAPTION_ANSWER_INVALID */
async function limitedText(response: Response, where: string): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes)
      throw new InputError(
        "CAPTION_ANSWER_INVALID",
        where,
        `the answer is longer than ${maxAnswerBytes} bytes`,
        "see that the endpoint serves a vision model",
      );
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** `Retry-After` in seconds, or as a date, which is compared with the server's own. */
function pauseOf(headers: Headers): { readonly pauseMs?: number } {
  const after = headers.get("retry-after");
  if (after === null) return {};
  const seconds = Number(after);
  const pauseMs = Number.isNaN(seconds) ? Date.parse(after) - Date.parse(headers.get("date") ?? "") : seconds * 1000;
  return pauseMs > 0 ? { pauseMs } : {};
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
