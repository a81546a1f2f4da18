import { resolveObjectURL } from "node:buffer";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

const require = createRequire(import.meta.url);

/** In the new thread: waits for the script, runs it, and gives it a browser's `self.onmessage` if it does not listen itself. */
const bootstrap = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.once("message", (script) => {
  (0, eval)(script);
  if (parentPort.listenerCount("message") === 0) parentPort.on("message", (data) => self.onmessage({ data }));
});
`;

/**
 * A thread of Node that starts from a blob URL, as tfjs and jax-js start theirs. Node's own `Worker` refuses such URLs,
 * so both run on one thread there.
 */
class BlobWorker extends Worker {
  #started = false;
  /** @type {Promise<void>} */
  #queue;

  /** @param {string | URL} url */
  constructor(url) {
    super(bootstrap, { eval: true });
    const blob = resolveObjectURL(String(url));
    this.#queue = (async () => {
      super.postMessage(await blob?.text());
      this.#started = true;
    })();
    this.unref();
  }

  /**
   * Messages wait for the script, then go at once: a caller may block its thread right after it posts.
   * @override
   * @param {Message} message
   */
  postMessage(message) {
    if (this.#started) super.postMessage(withScriptFile(message));
    else this.#queue = this.#queue.then(() => super.postMessage(withScriptFile(message)));
  }
}

/**
 * What tfjs and jax-js send their threads.
 * @typedef {{ urlOrBlob?: unknown } & Record<string, unknown>} Message
 */

/**
 * Emscripten passes its main script as a blob but reads it as a file in Node; the package has the same script as a file.
 * @param {Message} message
 */
function withScriptFile(message) {
  if (!(message.urlOrBlob instanceof Blob)) return message;
  return {
    ...message,
    urlOrBlob: require.resolve("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js"),
  };
}

/** The browser's `Worker`: events arrive at `onmessage` and `onerror`. */
class WebWorker extends BlobWorker {
  /** @type {((event: { data: unknown }) => void) | undefined} */
  onmessage;
  /** @type {((error: Error) => void) | undefined} */
  onerror;

  /** @param {string | URL} url */
  constructor(url) {
    super(url);
    this.on("message", (data) => this.onmessage?.({ data }));
    this.on("error", (error) => this.onerror?.(error));
  }
}

/**
 * Makes this process look like a browser page with `threads` cores: to jax-js by the global `Worker` and `navigator`, to
 * tfjs (whose Emscripten module knows Node) by `require("node:worker_threads")` and by twice as many processors, of
 * which it takes half.
 *
 * @param {number} threads
 */
export function installWebWorkers(threads) {
  Object.assign(require("node:worker_threads"), { Worker: BlobWorker });
  const os = require("node:os");
  const processors = os.cpus().slice(0, 1);
  os.cpus = () => Array.from({ length: 2 * threads }).flatMap(() => processors);
  const navigator = { value: { hardwareConcurrency: threads } };
  Object.defineProperties(globalThis, { Worker: { value: WebWorker, writable: true }, navigator });
}
