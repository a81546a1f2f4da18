/** Element types that Fovea's tensors and ONNX Runtime's sessions share. `float16` is raw bits in a `Uint16Array`. */
export type DType = "float32" | "float16" | "int64" | "int32" | "uint8" | "bool";

/** The typed array that holds each element type in host memory. */
export interface ArrayOf {
  float32: Float32Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** The class of each element type's array. */
export const arrayOf = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies { readonly [D in DType]: new (length: number) => ArrayOf[D] };

/** A tensor in host memory: row-major `data` of `shape`. */
export interface HostTensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf[D];
}

/** Where a graph runs. */
export type Device = "cpu" | "webgpu" | "cuda";

/** How a graph is compiled, and where it runs. */
export interface SessionOptions {
  readonly device: Device;
  /** Threads inside one operator; the number of physical cores if absent. */
  readonly threads?: number;
  /**
   * Runs that will be under way at once; 1 if absent. Node's CPU shares the threads out among them, so that no run waits
   * for the slowest of many threads; elsewhere a run takes the whole device: see {@link Session.runsAtOnce}.
   */
  readonly runs?: number;
  /** Whether threads wait for the next op by spinning, which is fast, but slows another session down meanwhile; true if absent. */
  readonly spinning?: boolean;
  /** How far ONNX Runtime rewrites the graph: `none` keeps it as written, `all` folds constants, fuses and lays out for the processor. */
  readonly optimize: "none" | "basic" | "extended" | "all";
  /**
   * Constants that the model names without holding them, by name. On the CPU of Node they are read where they lie, and
   * must not change.
   */
  readonly weights?: ReadonlyMap<string, HostTensor>;
  /** Node: write the graph that ONNX Runtime made of the model here, to be loaded with `optimize: "none"` another time. */
  readonly saveOptimizedTo?: string;
  /** Write a Chrome trace of every node's time with this file-name prefix. */
  readonly profileTo?: string;
}

/**
 * A compiled graph. Inputs and outputs are host tensors; on the CPU of Node neither is copied: ONNX Runtime reads the
 * given arrays and writes into those of `into`.
 */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs under way at once that make full use of the device. */
  readonly runsAtOnce: number;
  /**
   * Runs the graph once.
   * @param feeds a tensor for each input name.
   * @param into  arrays to write outputs to, by output name; outputs without one are newly allocated.
   * @returns     a tensor for each output name.
   */
  run(
    feeds: Readonly<Record<string, HostTensor>>,
    into?: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>>;
  /** Frees the session; it must not run again. Returns the profile's path if one was asked for. */
  dispose(): Promise<string | undefined>;
}
