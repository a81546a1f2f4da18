import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Whether there is a program to test: `npm test` builds it first, a bare `vitest` does not. */
export const isBuilt = existsSync(program);

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built `fovea` as a process of its own, as a user does.
 * @param env variables besides this process'
 * @param cwd where relative paths begin; this process' folder if absent
 */
export const fovea = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = process.cwd(),
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, TERM: "dumb", ...env }, maxBuffer: 2 ** 24, cwd };
    const child = execFile(process.execPath, [program, ...args], options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
