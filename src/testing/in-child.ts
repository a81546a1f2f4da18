import { fork } from "node:child_process";
import { toOnnx } from "../engine/onnx/lower.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { HostTensor, SessionOptions } from "../platform/session.ts";
import { bundleProgram } from "./bundle-program.ts";
import type { Answer, Job } from "./session-child.ts";

/**
 * Runs a graph once in a process of its own, so that a crash of a driver is a failed test, and its memory can be
 * measured.
 * @param env variables that the process has besides this one's
 */
export async function runInChild(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, HostTensor>>,
  options: SessionOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const program = await bundleProgram("session-child.ts");
  const job: Job = { model: toOnnx(outputs, { device: options.device }), feeds, options };
  return await new Promise((resolve) => {
    const child = fork(program, [], {
      serialization: "advanced",
      env: { ...process.env, ...env },
      execArgv: [],
      silent: true,
    });
    child.once("message", (answer: Answer) => {
      resolve(answer);
      child.disconnect();
    });
    child.once("exit", (code, signal) =>
      resolve({ code: "CHILD_DIED", message: `exit code ${code}, signal ${signal}` }),
    );
    child.send(job);
  });
}
