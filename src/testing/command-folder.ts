import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execFile } from "node:child_process";
import { fovea, type Ended } from "./run-cli.ts";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** A folder in which commands are run by a shell, as a user writes them. */
export class CommandFolder implements AsyncDisposable {
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(path: string, env: Readonly<Record<string, string>>) {
    this.path = path;
    this.#env = env;
  }

  /** @param env variables besides this process' */
  static async make(env: Readonly<Record<string, string>> = {}): Promise<CommandFolder> {
    return new CommandFolder(await mkdtemp(join(tmpdir(), "fovea-command-")), env);
  }

  /** The examples that a command's help prints, as they are written there. */
  async examplesOf(command: readonly string[]): Promise<string[]> {
    const { stdout } = await fovea([...command, "--help"]);
    const [, examples = ""] = stdout.split(/^Examples?:$/m);
    return [...examples.replaceAll(/\\\n\s*/g, "").matchAll(/^ {2}\$ (.*)$/gm)].map(([, line]) => line!);
  }

  /** Runs a line in the folder; `~` is the folder, and `fovea` the built program. */
  shell(line: string): Promise<Ended> {
    return new Promise((resolve) => {
      const script = `fovea() { "${process.execPath}" "${program}" "$@"; }\n${line}`;
      const env = { ...process.env, TERM: "dumb", HOME: this.path, ...this.#env };
      const child = execFile("bash", ["-c", script], { cwd: this.path, env }, (_, stdout, stderr) =>
        resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
