import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { interruptSignal } from "./interrupt.ts";

const signals = ["SIGINT", "SIGTERM"] as const;
let before: readonly (readonly NodeJS.SignalsListener[])[];
beforeEach(() => {
  before = signals.map((name) => process.listeners(name));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const [i, name] of signals.entries())
    for (const listener of process.listeners(name)) if (!before[i]!.includes(listener)) process.off(name, listener);
});

test("the first Ctrl-C aborts, its echo is ignored, the second ends the process", () => {
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  const signal = interruptSignal();
  vi.advanceTimersByTime(5000);
  expect(signal.aborted).toBe(false);
  process.emit("SIGINT");
  expect(signal.aborted).toBe(true);
  vi.advanceTimersByTime(10);
  process.emit("SIGINT");
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  process.emit("SIGINT");
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});
