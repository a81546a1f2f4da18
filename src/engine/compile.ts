import { platform } from "#platform";
import type { Device, HostTensor, Session, SessionOptions } from "../platform/session.ts";
import { lower, type LowerOptions } from "./onnx/lower.ts";
import { encodeApart } from "./onnx/model-proto.ts";
import type { Tensor } from "./tensor.ts";

/** Options of {@link compile}. */
export interface CompileOptions extends LowerOptions, Partial<SessionOptions> {
  readonly device?: Device;
}

/**
 * Compiles the graph that computes `outputs` for a device. Free the session with `dispose()`.
 *
 * @example
 * const x = input("x", "float32", [2, 3]);
 * const session = await compile({ y: softmax(x) });
 * const { y } = await session.run({ x: hostTensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]) });
 * await session.dispose();
 */
export function compile(outputs: Readonly<Record<string, Tensor>>, options: CompileOptions = {}): Promise<Session> {
  const { bind = {}, device = "cpu", optimize = options.bind === undefined ? "none" : "all", ...rest } = options;
  const { model, weights } = encodeApart(lower(outputs, { bind, device }));
  return platform.createSession(model, { ...rest, device, optimize, weights });
}

/** Compiles, runs once and frees: for tests and small sums. */
export async function evaluate<K extends string>(
  outputs: Readonly<Record<K, Tensor>>,
  feeds: Readonly<Record<string, HostTensor>> = {},
  options: CompileOptions = {},
): Promise<Record<K, HostTensor>> {
  const session = await compile(outputs, options);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}
