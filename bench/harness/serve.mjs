import { createInterface } from "node:readline";

/**
 * A contender's side of the protocol. It runs as a process of its own and speaks JSON lines: first
 * `{"ready": {name, notes}}` or `{"missing": reason}`, then for each line on stdin it does one unit of work and answers
 * `{"ms": …}` with whatever values the unit returned.
 *
 * @typedef {object} UnitValues
 * @property {number} [loss]                  the training loss, so that contenders can be seen to do the same work
 * @property {number} [waitedMs]              milliseconds of them in which training waited for data
 * @property {Record<string, number>} [rates] of a yardstick: GFLOP/s by size, measured instead of the unit's time
 *
 * @typedef {object} Served
 * @property {string} name                            library and version
 * @property {readonly string[]} [notes]              settings, and whatever differs from the other contenders
 * @property {() => Promise<UnitValues | void>} unit  one unit of work; the harness times it
 */

/** Thrown by a contender that cannot run here: the report then says why instead of a number. */
export class Missing extends Error {}

/**
 * Prepares the contender (not timed), then serves units of work until stdin closes.
 * @param {() => Promise<Served>} prepare
 */
export async function serve(prepare) {
  // stdout is the protocol's: libraries that print must not break it.
  console.log = console.info = console.debug = console.error;
  const send = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const served = await prepare().catch((error) => {
    const missing = missingReason(error);
    if (missing === undefined) throw error;
    send({ missing });
  });
  if (served) {
    send({ ready: { name: served.name, notes: served.notes ?? [] } });
    for await (const _ of createInterface({ input: process.stdin })) {
      const start = performance.now();
      const values = await served.unit();
      send({ ms: performance.now() - start, ...values });
    }
  }
  process.exit(); // worker threads of the libraries would keep the process alive
}

/** @param {unknown} error */
function missingReason(error) {
  if (error instanceof Missing) return error.message;
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return undefined;
  const name = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1] ?? message.split("\n")[0];
  return `${name} is not installed (npm ci --ignore-scripts --prefix bench)`;
}
