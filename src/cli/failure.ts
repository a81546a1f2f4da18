import { CommanderError } from "commander";
import { FoveaError } from "../platform/error.ts";

/** What a process' exit code says. */
export const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Shown by `fovea --help`. */
export const exitCodesText = "Exit codes: 0 done, 1 failed or beyond tolerance, 2 not understood, 130 interrupted.";

/** Ends a command that Ctrl-C stopped: nothing is wrong, and the message says how to go on. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Ends a command whose result, already printed, is that something is not as it should be. */
export class Unmet extends Error {
  override readonly name = "Unmet";
}

/** Where failures are written, and how. */
export interface FailureOptions {
  readonly write: (text: string) => void;
  /** As one JSON object. */
  readonly json: boolean;
  /** With the stack. */
  readonly debug: boolean;
}

/**
 * Writes what, where and how to mend it, without a stack: that is for those who set FOVEA_DEBUG.
 * @returns the exit code
 */
export function reportFailure(thrown: unknown, { write, json, debug }: FailureOptions): number {
  const error = cleared(thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage; // it wrote its message
  if (error instanceof Unmet) return exitCode.failed;
  const described = describe(error);
  if (json) write(`${JSON.stringify({ error: described })}\n`);
  else write(debug && error instanceof Error ? `${error.stack ?? error.message}\n` : text(described));
  return error instanceof Interrupted ? exitCode.interrupted : exitCode.failed;
}

/** What went wrong first: a disposal that fails after that would hide it. */
const cleared = (error: unknown): unknown =>
  error instanceof Error && "suppressed" in error ? cleared(error.suppressed) : error;

/** What there is to say of an error; the keys are those of the JSON object. */
interface Described {
  readonly code: string;
  readonly where?: string;
  readonly found: string;
  readonly mend?: string;
}

function describe(error: unknown): Described {
  if (error instanceof FoveaError)
    return { code: error.code, where: error.where, found: error.found, mend: error.mend };
  if (error instanceof Interrupted) return { code: "INTERRUPTED", found: error.message };
  const found = error instanceof Error ? error.message : String(error);
  const mend = "this is not foreseen: run it again with FOVEA_DEBUG=1 in the environment, and report what it prints";
  return { code: "UNEXPECTED", found, mend };
}

function text({ code, where, found, mend }: Described): string {
  if (code === "INTERRUPTED") return `${found}\n`;
  const place = where === undefined ? "" : `${where}: `;
  return `error: ${place}${found}\n${mend === undefined ? "" : `  mend: ${mend}\n`}`;
}
