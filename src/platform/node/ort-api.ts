import { createRequire } from "node:module";
import path from "node:path";
import koffi, { type KoffiFunc } from "koffi";

/**
 * ONNX Runtime's C API, called in the shared library that `onnxruntime-node` bundles. The package's own binding copies
 * every output into a new array and blocks the thread; here outputs are written into arrays that the caller keeps, and
 * `run` works on another thread.
 *
 * The API is a table of function pointers that only ever grows at its end, so the places below are stable.
 * @see https://onnxruntime.ai/docs/api/c/struct_ort_api.html
 */

/** A pointer that the C API made; only passed back to it. */
export type Pointer = unknown;

const apiVersion = 20;

const signatures = {
  GetErrorCode: [1, "int", ["void *"]],
  GetErrorMessage: [2, "const char *", ["void *"]],
  CreateEnv: [3, "void *", ["int", "const char *", "_Out_ void **"]],
  CreateSession: [7, "void *", ["void *", "const char *", "void *", "_Out_ void **"]],
  CreateSessionFromArray: [8, "void *", ["void *", "void *", "size_t", "void *", "_Out_ void **"]],
  Run: [9, "void *", ["void *", "void *", "void *", "void *", "size_t", "void *", "size_t", "void *"]],
  CreateSessionOptions: [10, "void *", ["_Out_ void **"]],
  SetOptimizedModelFilePath: [11, "void *", ["void *", "const char *"]],
  DisableMemPattern: [17, "void *", ["void *"]],
  EnableProfiling: [14, "void *", ["void *", "const char *"]],
  SetSessionLogSeverityLevel: [22, "void *", ["void *", "int"]],
  SetSessionGraphOptimizationLevel: [23, "void *", ["void *", "int"]],
  SetIntraOpNumThreads: [24, "void *", ["void *", "int"]],
  SessionGetInputCount: [30, "void *", ["void *", "_Out_ size_t *"]],
  SessionGetOutputCount: [31, "void *", ["void *", "_Out_ size_t *"]],
  SessionGetInputName: [36, "void *", ["void *", "size_t", "void *", "_Out_ void **"]],
  SessionGetOutputName: [37, "void *", ["void *", "size_t", "void *", "_Out_ void **"]],
  CreateTensorWithDataAsOrtValue: [
    49,
    "void *",
    ["void *", "void *", "size_t", "void *", "size_t", "int", "_Out_ void **"],
  ],
  GetTensorMutableData: [51, "void *", ["void *", "_Out_ void **"]],
  GetTensorElementType: [60, "void *", ["void *", "_Out_ int *"]],
  GetDimensionsCount: [61, "void *", ["void *", "_Out_ size_t *"]],
  GetDimensions: [62, "void *", ["void *", "_Out_ int64_t *", "size_t"]],
  GetTensorTypeAndShape: [65, "void *", ["void *", "_Out_ void **"]],
  CreateCpuMemoryInfo: [69, "void *", ["int", "int", "_Out_ void **"]],
  AllocatorFree: [76, "void *", ["void *", "void *"]],
  GetAllocatorWithDefaultOptions: [78, "void *", ["_Out_ void **"]],
  ReleaseStatus: [93, "void", ["void *"]],
  ReleaseSession: [95, "void", ["void *"]],
  ReleaseValue: [96, "void", ["void *"]],
  ReleaseTensorTypeAndShapeInfo: [99, "void", ["void *"]],
  ReleaseSessionOptions: [100, "void", ["void *"]],
  SessionEndProfiling: [110, "void *", ["void *", "void *", "_Out_ void **"]],
  AddSessionConfigEntry: [130, "void *", ["void *", "const char *", "const char *"]],
  AddExternalInitializers: [210, "void *", ["void *", "void *", "void *", "size_t"]],
} as const satisfies Record<string, readonly [slot: number, result: string, parameters: readonly string[]]>;

/** Functions of the C API by name. */
export type OrtApi = Readonly<Record<keyof typeof signatures, KoffiFunc<(...args: readonly unknown[]) => Pointer>>>;

/** koffi unloads a library when its handle is collected, whatever still points into it: these stay for the process's life. */
const keptLibraries: unknown[] = [];

/**
 * Loads the library and its function table.
 * @throws whatever the dynamic loader says, e.g. on a platform that `onnxruntime-node` has no binary for
 */
export function loadOrtApi(): OrtApi {
  const library = koffi.load(libraryPath());
  keptLibraries.push(library);
  const base = koffi.struct({ GetApi: koffi.pointer(koffi.proto("void *(uint32_t)")), GetVersionString: "void *" });
  const getBase = library.func("OrtGetApiBase", koffi.pointer(base), []);
  const getApi = koffi.decode(koffi.decode(getBase(), base).GetApi, koffi.proto("void *(uint32_t)")) as (
    version: number,
  ) => Pointer;
  const table = getApi(apiVersion);
  const entries = Object.entries(signatures).map(([name, [slot, result, parameters]]) => {
    const address = koffi.decode(table, slot * koffi.sizeof("void *"), "void *") as Pointer;
    return [name, koffi.decode(address, koffi.proto(result, [...parameters]))];
  });
  return Object.fromEntries(entries) as OrtApi;
}

function libraryPath(): string {
  const root = path.dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const file = { linux: "libonnxruntime.so.1", darwin: "libonnxruntime.1.dylib", win32: "onnxruntime.dll" }[
    process.platform as string
  ];
  return path.join(root, "bin", "napi-v6", process.platform, process.arch, file ?? "libonnxruntime.so.1");
}
