import type { Session, SessionOptions } from "../session.ts";
import { NativeSession, startRuntime, type OrtRuntime } from "./native-session.ts";
import { loadOrtApi } from "./ort-api.ts";

/** Started once for the process: `null` where the C API cannot be called, so that it is tried once. */
const native: { runtime?: OrtRuntime | null } = {};

/**
 * Loads ONNX bytes into ONNX Runtime: through its C API on the CPU, through the package's own binding on other devices
 * and where the C API cannot be called.
 *
 * @throws {FoveaError} DEVICE_MISSING, RUNTIME_FAILED
 */
export async function createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  if (options.device === "cpu") {
    native.runtime = native.runtime === undefined ? startNative() : native.runtime;
    if (native.runtime !== null) return new NativeSession(native.runtime, model, options);
  }
  const { BindingSession } = await import("./binding-session.ts");
  return await BindingSession.create(model, options);
}

function startNative(): OrtRuntime | null {
  try {
    return startRuntime(loadOrtApi());
  } catch {
    return null; // no library of this name here; if the binding cannot be loaded either, it says why
  }
}
