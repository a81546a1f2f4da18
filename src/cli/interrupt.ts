import { exitCode } from "./failure.ts";

/** One Ctrl-C may arrive twice, from the terminal and from npm or another parent that passes it on; milliseconds. */
const sameInterrupt = 1000;

/** A signal that Ctrl-C (or SIGTERM) aborts, so that work can end in good order. A second Ctrl-C ends the process. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = Infinity;
  const stop = (): void => {
    if (performance.now() - first > sameInterrupt) process.exit(exitCode.interrupted);
    first = Math.min(first, performance.now());
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return controller.signal;
}
