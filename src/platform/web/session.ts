import type * as onnxruntime from "onnxruntime-web";
import { FoveaError } from "../error.ts";
import { externalData, fromOrt, toOrt } from "../ort-tensor.ts";
import type { HostTensor, Session, SessionOptions } from "../session.ts";

type Ort = typeof onnxruntime;

/** What a page says of itself before its first session. */
export interface WebSettings {
  /**
   * Where ONNX Runtime's own files are served, which are `ort-wasm-simd-threaded*` of `onnxruntime-web/dist`: the URL of
   * the folder, with a slash at the end, or of each of the two files that a device needs. If absent, the `.wasm` file is
   * looked for where the bundler put it, or beside the script, and runs on one thread.
   */
  readonly wasmPaths?: string | { readonly mjs: string; readonly wasm: string };
}

/** The runtimes of a page: each device has its own build, loaded with the first session on it. */
const page: { settings: WebSettings; readonly started: Map<string, Promise<Ort>> } = {
  settings: {},
  started: new Map(),
};

/**
 * Sets how sessions of this page (or worker) are made. To be called before the first one.
 *
 * @example
 * import { configureWeb } from "fovea/platform/web";
 * configureWeb({ wasmPaths: `${location.origin}/onnxruntime-web/` });
 *
 * @throws {FoveaError} WEB_CONFIGURED_LATE
 */
export function configureWeb(settings: WebSettings): void {
  if (page.started.size > 0)
    throw new FoveaError(
      "WEB_CONFIGURED_LATE",
      "configureWeb",
      "a session was created before, and ONNX Runtime is loaded",
      "call it once, before the first session",
    );
  page.settings = settings;
}

/**
 * Loads ONNX bytes into ONNX Runtime: its WebAssembly kernels for `cpu`, WebGPU's for `webgpu`. On the CPU a run holds
 * the thread that asks for it: long work belongs in a worker.
 *
 * More than one thread needs a cross-origin isolated page and {@link WebSettings.wasmPaths}. All sessions of a device
 * share the threads that the first one asked for. `saveOptimizedTo` and `profileTo` name files, which a browser does not
 * have: they are not used.
 *
 * @throws {FoveaError} DEVICE_MISSING if the device is not there, or the runtime's files are not found
 */
export async function createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  const { device, threads, optimize } = options;
  try {
    if (device === "cuda") throw new Error("browsers have no CUDA");
    if (!page.started.has(device)) page.started.set(device, startRuntime(device, threads));
    const ort = await page.started.get(device)!;
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [device === "cpu" ? "wasm" : device],
      graphOptimizationLevel: optimize === "none" ? "disabled" : optimize,
      enableMemPattern: false, // a pattern keeps a second copy of the peak, and a page has 4 GB at most
      logSeverityLevel: 3,
      externalData: externalData(options.weights),
    });
    return new WebSession(ort, session);
  } catch (cause) {
    const found = `the session could not be created: ${cause instanceof Error ? cause.message : String(cause)}`;
    const mend = `serve the files of onnxruntime-web, say where with configureWeb({ wasmPaths }), and see that the browser has ${device}`;
    throw new FoveaError("DEVICE_MISSING", device, found, mend, { cause });
  }
}

async function startRuntime(device: "cpu" | "webgpu", threads = 0): Promise<Ort> {
  const ort = device === "cpu" ? await import("onnxruntime-web/wasm") : await import("onnxruntime-web/webgpu");
  const { wasmPaths } = page.settings;
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  // Without a file of its own the runtime's threads would load its script, which may be the whole page's, and never start.
  const canThread = crossOriginIsolated && wasmPaths !== undefined;
  ort.env.wasm.numThreads = canThread ? threads : 1; // 0: as many as ONNX Runtime thinks good
  ort.env.logLevel = "error";
  return ort;
}

class WebSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly runsAtOnce = 1;
  readonly #ort: Ort;
  readonly #session: onnxruntime.InferenceSession;

  constructor(ort: Ort, session: onnxruntime.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    into: Readonly<Record<string, HostTensor>> = {},
  ): Promise<Record<string, HostTensor>> {
    const { Tensor } = this.#ort;
    const inputs = Object.fromEntries(this.inputNames.map((name) => [name, toOrt(Tensor, name, feeds[name])]));
    const results = await this.#session.run(inputs);
    return Object.fromEntries(this.outputNames.map((name) => [name, fromOrt(results[name]!, into[name])]));
  }

  async dispose(): Promise<undefined> {
    await this.#session.release();
    return undefined;
  }
}
