import { setTimeout as sleep } from "node:timers/promises";
import { Contender, ContenderMissing } from "./contender.mjs";

/** @import { ContenderSpec, Sample } from "./contender.mjs" */

/**
 * What one contender did.
 *
 * @typedef {object} Measured
 * @property {string} id
 * @property {string} [name]         library and version
 * @property {readonly string[]} [notes]
 * @property {string} [missing]      why it did not run here; then there are no samples
 * @property {string} [failed]       why it stopped before its last round
 * @property {Sample[]} warmUps
 * @property {Sample[]} samples      one a round
 * @property {number | undefined} [peakMb]       resident memory at its largest, start-up and warm-ups included
 * @property {number | undefined} [unitPeakMb] the same over the measured rounds alone
 */

// OpenMP and ONNX Runtime threads spin for a while after their last task; the next contender must not share the cores with them.
const settleMs = 300;

/**
 * Starts every contender, warms each up, then runs them in turn, A B C A B C …, so that a drift of the machine's speed
 * meets all of them.
 *
 * @param {readonly ContenderSpec[]} specs
 * @param {{ rounds: number, warmUps: number, log: (line: string) => void }} plan
 * @returns {Promise<Measured[]>} in the order of `specs`
 */
export async function alternate(specs, { rounds, warmUps, log }) {
  const entries = [];
  for (const spec of specs) entries.push(await enter(spec, warmUps, log));

  for (let round = 0; round < rounds; round++) {
    for (const { spec, measured, contender } of entries) {
      if (measured.missing !== undefined || measured.failed !== undefined || round >= (spec.rounds ?? rounds)) continue;
      await sleep(settleMs);
      try {
        const sample = await contender.go();
        measured.samples.push(sample);
        log(`round ${round + 1}/${rounds}  ${spec.id.padEnd(16)} ${sample.ms.toFixed(0)} ms`);
      } catch (error) {
        measured.failed = messageOf(error);
      }
    }
  }

  for (const { measured, contender } of entries) {
    if (measured.missing === undefined && measured.failed === undefined) {
      measured.unitPeakMb = contender.peakMb();
      measured.peakMb = Math.max(measured.peakMb ?? 0, measured.unitPeakMb ?? 0) || undefined;
    }
    contender.stop();
  }
  return entries.map(({ measured }) => measured);
}

/**
 * @param {ContenderSpec} spec
 * @param {number} warmUps
 * @param {(line: string) => void} log
 */
async function enter(spec, warmUps, log) {
  const contender = new Contender(spec);
  /** @type {Measured} */
  const measured = { id: spec.id, warmUps: [], samples: [] };
  try {
    await contender.ready();
    measured.name = contender.name;
    measured.notes = contender.notes;
    for (let i = 0; i < warmUps; i++) measured.warmUps.push(await contender.go());
    measured.peakMb = contender.peakMb();
    contender.resetPeak();
    log(`${spec.id}: ${contender.name} is ready`);
  } catch (error) {
    const kind = error instanceof ContenderMissing ? "missing" : "failed";
    measured[kind] = messageOf(error);
    log(`${spec.id}: ${kind}: ${measured[kind]}`);
  }
  return { spec, measured, contender };
}

const messageOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));
