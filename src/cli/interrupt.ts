import { exitCode } from "./failure.ts";

/** A signal that the first Ctrl-C (or SIGTERM) aborts, so that work can end in good order. The second ends the process. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return controller.signal;
}
