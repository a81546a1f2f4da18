import { InferenceSession, Tensor } from "onnxruntime-node";
import { FoveaError } from "../error.ts";
import type { HostTensor, Session, SessionOptions } from "../session.ts";
import { externalData, fromOrt, toOrt } from "../ort-tensor.ts";

const levels = { none: "disabled", basic: "basic", extended: "extended", all: "all" } as const;

/** What ONNX Runtime says, without the place in its sources and the failed test that it puts before that. */
const said = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split(" was false. ").at(-1)!.trim();

/** A session through `onnxruntime-node`'s own binding, which reaches WebGPU and CUDA. Outputs are copied. */
export class BindingSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly runsAtOnce = 1;
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  /** @throws {FoveaError} DEVICE_MISSING if the device is not there */
  static async create(model: Uint8Array, options: SessionOptions): Promise<BindingSession> {
    try {
      const session = await InferenceSession.create(model, {
        executionProviders: [options.device],
        graphOptimizationLevel: levels[options.optimize],
        logSeverityLevel: 3,
        externalData: externalData(options.weights),
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
        ...(options.saveOptimizedTo === undefined ? {} : { optimizedModelFilePath: options.saveOptimizedTo }),
        ...(options.profileTo === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profileTo }),
      });
      return new BindingSession(session);
    } catch (cause) {
      const found = `the session could not be created: ${said(cause)}`;
      throw new FoveaError("DEVICE_MISSING", options.device, found, "see `fovea doctor`, or use --device cpu", {
        cause,
      });
    }
  }

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    into: Readonly<Record<string, HostTensor>> = {},
  ): Promise<Record<string, HostTensor>> {
    const inputs = Object.fromEntries(this.inputNames.map((name) => [name, toOrt(Tensor, name, feeds[name])]));
    const results = await this.#session.run(inputs);
    return Object.fromEntries(this.outputNames.map((name) => [name, fromOrt(results[name]!, into[name])]));
  }

  async dispose(): Promise<undefined> {
    await this.#session.release();
    return undefined;
  }
}
