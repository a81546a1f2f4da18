import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";

/**
 * How to start a contender.
 *
 * @typedef {object} ContenderSpec
 * @property {string} id                       stable short name, e.g. `pytorch`
 * @property {string} command                  program
 * @property {readonly string[]} args
 * @property {Record<string, string>} [env]    added to this process's environment
 * @property {number} [rounds]                 takes part in the first so many rounds only (slow peers)
 */

const Opening = z.union([
  z.object({ ready: z.object({ name: z.string(), notes: z.array(z.string()) }) }),
  z.object({ missing: z.string() }),
]);

const Sample = z.object({
  /** Milliseconds that the unit took, by the contender's own clock. */
  ms: z.number().positive(),
  loss: z.number().optional(),
  waitedMs: z.number().nonnegative().optional(),
  rates: z.record(z.string(), z.number()).optional(),
});

/** @typedef {z.infer<typeof Sample>} Sample */

/** Threads of every contender. */
export const threads = 2;

const env = { OMP_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}`, UV_THREADPOOL_SIZE: `${threads}` };

/** A contender that says nothing for so long is ended. Compiling with `torch.compile` takes minutes. */
const patienceMs = 20 * 60_000;

/** A contender cannot run here (absent library, no compiler, …). */
export class ContenderMissing extends Error {}

/** One contender: a child process that does units of work on command. */
export class Contender {
  #child;
  #lines;
  #stderr = "";
  /** @type {NodeJS.ErrnoException | undefined} */
  #spawnError;
  name = "";
  /** @type {readonly string[]} */
  notes = [];

  /** @param {ContenderSpec} spec */
  constructor(spec) {
    this.#child = spawn(spec.command, spec.args, { env: { ...process.env, ...env, ...spec.env } });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.#stderr = (this.#stderr + text).slice(-2000)));
    this.#child.stdin.on("error", () => {}); // a child that died says so by the end of its stdout
    this.#child.on("error", (error) => (this.#spawnError = error));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until the contender is ready. @throws {ContenderMissing} */
  async ready() {
    const opening = Opening.parse(await this.#receive());
    if ("missing" in opening) throw new ContenderMissing(opening.missing);
    ({ name: this.name, notes: this.notes } = opening.ready);
  }

  /** One unit of work. */
  async go() {
    this.#child.stdin.write("go\n");
    return Sample.parse(await this.#receive());
  }

  /** Largest resident memory in MB since the start or the last reset; undefined where the system does not tell (not Linux). */
  peakMb() {
    const kb = /^VmHWM:\s*(\d+) kB$/m.exec(this.#proc("status") ?? "")?.[1];
    return kb === undefined ? undefined : Number(kb) / 1000;
  }

  /** Forgets the peak so far. */
  resetPeak() {
    // "5" resets the high-water mark: proc(5), clear_refs.
    if (process.platform === "linux") writeFileSync(`/proc/${this.#child.pid}/clear_refs`, "5");
  }

  /** Ends the process. */
  stop() {
    this.#child.stdin.end();
    this.#child.kill();
  }

  /** @returns {Promise<unknown>} */
  async #receive() {
    const timer = setTimeout(() => this.#child.kill(), patienceMs);
    const { done, value } = await this.#lines.next();
    clearTimeout(timer);
    if (!done) return JSON.parse(value);
    if (this.#spawnError?.code === "ENOENT") throw new ContenderMissing(`${this.#child.spawnfile} was not found`);
    throw new Error(`ended early: ${this.#spawnError?.message ?? (this.#stderr.trim() || "no message")}`);
  }

  /** @param {string} file */
  #proc(file) {
    return process.platform === "linux" ? readFileSync(`/proc/${this.#child.pid}/${file}`, "utf8") : undefined;
  }
}
