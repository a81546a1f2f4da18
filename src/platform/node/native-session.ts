import { availableParallelism } from "node:os";
import koffi from "koffi";
import { FoveaError } from "../error.ts";
import { arrayOf, type DType, type HostTensor, type Session, type SessionOptions } from "../session.ts";
import type { OrtApi, Pointer } from "./ort-api.ts";

/** What every session of a process shares. */
export interface OrtRuntime {
  readonly api: OrtApi;
  readonly env: Pointer;
  readonly memoryInfo: Pointer;
  readonly allocator: Pointer;
}

const optimizationLevel = { none: 0, basic: 1, extended: 2, all: 99 } as const;
const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const satisfies Record<
  DType,
  number
>;
const dtypeOf: ReadonlyMap<number, DType> = new Map(
  Object.entries(elementTypes).map(([dtype, code]) => [code, dtype as DType]),
);

/** Starts ONNX Runtime once for the process. */
export function startRuntime(api: OrtApi): OrtRuntime {
  const call = caller(api);
  const [env] = call("CreateEnv", 3, "fovea"); //               3: errors only
  const [memoryInfo] = call("CreateCpuMemoryInfo", 1, 0); //    device allocator, default memory
  const [allocator] = call("GetAllocatorWithDefaultOptions");
  return { api, env, memoryInfo, allocator };
}

/** Calls an API function whose last parameter is an output pointer, if `out` is set; throws the status that it returns. */
const caller =
  (api: OrtApi) =>
  (name: keyof OrtApi, ...args: readonly unknown[]): [Pointer] => {
    const out: [Pointer] = [null];
    check(api, api[name](...args, out), name);
    return out;
  };

function check(api: OrtApi, status: Pointer, name: string): void {
  if (status === null) return;
  const message: unknown = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw new FoveaError(
    "RUNTIME_FAILED",
    `onnxruntime ${name}`,
    String(message),
    "this is a defect of the graph that was built: please report it with the message",
  );
}

/** A session on the CPU whose inputs and outputs are the caller's own arrays. */
export class NativeSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly runsAtOnce: number;
  readonly #runtime: OrtRuntime;
  readonly #handle: Pointer;
  readonly #profiled: boolean;
  readonly #weights: ReadonlyMap<string, HostTensor>; // kept: ONNX Runtime holds the addresses
  readonly #idle: Bindings[] = []; // each run under way has one of its own
  readonly #names: ReadonlyMap<string, Buffer>;

  constructor(runtime: OrtRuntime, model: Uint8Array, options: SessionOptions) {
    this.#runtime = runtime;
    const { api } = runtime;
    const call = caller(api);
    this.#weights = options.weights ?? new Map();
    const values = Array.from(this.#weights.values(), (tensor) => this.#valueOf(tensor));
    const names = Array.from(this.#weights.keys(), (name) => Buffer.from(`${name}\0`));
    const [settings] = call("CreateSessionOptions");
    try {
      configure(api, settings, options);
      const add = api.AddExternalInitializers(settings, addresses(names), pointers(values), values.length);
      check(api, add, "AddExternalInitializers");
      [this.#handle] = call("CreateSessionFromArray", runtime.env, model, model.byteLength, settings);
    } finally {
      api.ReleaseSessionOptions(settings);
      for (const value of values) api.ReleaseValue(value);
    }
    this.runsAtOnce = options.runs ?? 1;
    this.#profiled = options.profileTo !== undefined;
    this.inputNames = this.#readNames("SessionGetInputCount", "SessionGetInputName");
    this.outputNames = this.#readNames("SessionGetOutputCount", "SessionGetOutputName");
    this.#names = new Map([...this.inputNames, ...this.outputNames].map((name) => [name, Buffer.from(`${name}\0`)]));
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Record<string, HostTensor>> {
    const bindings = this.#idle.pop() ?? new Map<string, Bound>();
    try {
      return await this.#runWith(bindings, feeds, into);
    } finally {
      this.#idle.push(bindings);
    }
  }

  async #runWith(bindings: Bindings, feeds: Tensors, into: Tensors): Promise<Record<string, HostTensor>> {
    const { api } = this.#runtime;
    const inputs = this.inputNames.map((name) => {
      const tensor = feeds[name];
      if (tensor === undefined)
        throw new FoveaError(
          "FEED_MISSING",
          name,
          "the graph has this input, but the run gave none",
          "pass a tensor of this name",
        );
      return this.#bind(bindings, `in ${name}`, tensor);
    });
    const outputs = this.outputNames.map((name) =>
      into[name] === undefined ? null : this.#bind(bindings, `out ${name}`, into[name]),
    );
    const results = pointers(outputs);
    const args = [
      this.#handle,
      null,
      this.#nameTable(this.inputNames),
      pointers(inputs),
      inputs.length,
      this.#nameTable(this.outputNames),
      outputs.length,
      results,
    ];
    const status = await new Promise<Pointer>((resolve, reject) => {
      api.Run.async(...args, (error: Error | null, result: Pointer) =>
        error === null ? resolve(result) : reject(error),
      );
    });
    check(api, status, "Run");
    const fetched = this.outputNames.map((name, i) => [name, into[name] ?? this.#take(results[i]!)] as const);
    return Object.fromEntries(fetched);
  }

  dispose(): Promise<string | undefined> {
    const { api, allocator } = this.#runtime;
    const profile = this.#profiled ? caller(api)("SessionEndProfiling", this.#handle, allocator)[0] : undefined;
    for (const bindings of this.#idle.splice(0)) for (const { value } of bindings.values()) api.ReleaseValue(value);
    api.ReleaseSession(this.#handle);
    return Promise.resolve(profile === undefined ? undefined : (koffi.decode(profile, "char", -1) as string));
  }

  #readNames(
    count: "SessionGetInputCount" | "SessionGetOutputCount",
    name: "SessionGetInputName" | "SessionGetOutputName",
  ): string[] {
    const { api, allocator } = this.#runtime;
    const call = caller(api);
    return Array.from({ length: Number(call(count, this.#handle)[0]) }, (_, i) => {
      const [text] = call(name, this.#handle, i, allocator);
      const value = koffi.decode(text, "char", -1) as string;
      check(api, api.AllocatorFree(allocator, text), "AllocatorFree");
      return value;
    });
  }

  #nameTable(names: readonly string[]): BigUint64Array {
    return addresses(names.map((name) => this.#names.get(name)!));
  }

  /** ONNX Runtime's handle of a caller's array. */
  #valueOf({ dtype, shape, data }: HostTensor): Pointer {
    const { api, memoryInfo } = this.#runtime;
    const extents = BigInt64Array.from(shape, BigInt);
    const args = [memoryInfo, data, data.byteLength, extents, extents.length, elementTypes[dtype]];
    return caller(api)("CreateTensorWithDataAsOrtValue", ...args)[0];
  }

  /** {@link NativeSession.#valueOf} an input or output, made anew only when the array or its shape changes. */
  #bind(bindings: Bindings, place: string, tensor: HostTensor): Pointer {
    const known = bindings.get(place);
    if (known?.tensor.data === tensor.data && String(known.tensor.shape) === String(tensor.shape)) return known.value;
    if (known !== undefined) this.#runtime.api.ReleaseValue(known.value);
    const value = this.#valueOf(tensor);
    bindings.set(place, { tensor, value });
    return value;
  }

  /** Copies an output that ONNX Runtime allocated into a new array, and frees it. */
  #take(value: bigint): HostTensor {
    const { api } = this.#runtime;
    const call = caller(api);
    const [info] = call("GetTensorTypeAndShape", value);
    const rank = Number(call("GetDimensionsCount", info)[0]);
    const extents = new BigInt64Array(rank);
    check(api, api.GetDimensions(info, extents, rank), "GetDimensions");
    const dtype = dtypeOf.get(Number(call("GetTensorElementType", info)[0]));
    api.ReleaseTensorTypeAndShapeInfo(info);
    if (dtype === undefined)
      throw new FoveaError(
        "RUNTIME_DTYPE",
        "onnxruntime Run",
        "an output has an unknown element type",
        "cast it in the graph",
      );
    const shape = Array.from(extents, Number);
    const data = new arrayOf[dtype](shape.reduce((product, extent) => product * extent, 1));
    if (data.byteLength > 0) {
      const [source] = call("GetTensorMutableData", value);
      new Uint8Array(data.buffer).set(new Uint8Array(koffi.view(source, data.byteLength)));
    }
    api.ReleaseValue(value);
    return { dtype, shape, data };
  }
}

/** A caller's tensor (kept alive: ONNX Runtime holds its address) and the handle made for it. */
interface Bound {
  readonly tensor: HostTensor;
  readonly value: Pointer;
}

/** What is bound to each input and output. */
type Bindings = Map<string, Bound>;

type Tensors = Readonly<Record<string, HostTensor>>;

const addresses = (texts: readonly Buffer[]): BigUint64Array =>
  BigUint64Array.from(texts, (text) => koffi.address(text));

const pointers = (values: readonly Pointer[]): BigUint64Array =>
  BigUint64Array.from(values, (value) => (typeof value === "bigint" ? value : 0n)); // null is no pointer

function configure(api: OrtApi, settings: Pointer, options: SessionOptions): void {
  const set = (name: keyof OrtApi, ...args: readonly unknown[]): void => check(api, api[name](settings, ...args), name);
  set("SetSessionLogSeverityLevel", 3);
  set("SetSessionGraphOptimizationLevel", optimizationLevel[options.optimize]);
  set("DisableMemPattern"); // a pattern keeps a second copy of the peak: 950 instead of 615 MB for a CLIP step, no faster
  const { runs = 1, threads = runs > 1 ? availableParallelism() : undefined } = options;
  if (threads !== undefined) set("SetIntraOpNumThreads", Math.ceil(threads / runs));
  if (options.spinning === false) set("AddSessionConfigEntry", "session.intra_op.allow_spinning", "0");
  if (options.saveOptimizedTo !== undefined) set("SetOptimizedModelFilePath", options.saveOptimizedTo);
  if (options.profileTo !== undefined) set("EnableProfiling", options.profileTo);
}
