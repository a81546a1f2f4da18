import { progressMode, startProgress, type Progress } from "./progress.ts";

/** Writes a command's result to standard output: a value as JSON, or lines of text. */
export const print = (...lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
};

/** Writes a value as JSON to standard output. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2));

/** Shows how far a piece of work is, on standard error, so that results can be piped. */
export const showProgress = (task: string, unit: string, json: boolean, total?: number): Progress =>
  startProgress({
    task,
    unit,
    stream: process.stderr,
    mode: progressMode({ json, isTerminal: process.stderr.isTTY, term: process.env["TERM"] }),
    now: () => performance.now(),
    ...(total !== undefined && { total }),
  });
