import type { Session, SessionOptions } from "../session.ts";
import { NativeSession, startRuntime, type OrtRuntime } from "./native-session.ts";
import { loadOrtApi } from "./ort-api.ts";

const runtime: { started?: OrtRuntime } = {};

/** Loads ONNX bytes into ONNX Runtime: the C API on the CPU, the package's own binding on other devices. */
export async function createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  if (options.device !== "cpu") {
    const { BindingSession } = await import("./binding-session.ts");
    return await BindingSession.create(model, options);
  }
  runtime.started ??= startRuntime(loadOrtApi());
  return new NativeSession(runtime.started, model, options);
}
