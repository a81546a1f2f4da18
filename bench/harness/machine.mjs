import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";

/**
 * The machine of a measurement, as a result should name it.
 *
 * @typedef {ReturnType<typeof machine>} Machine
 */
export const machine = () => ({
  processor: cpus()[0]?.model.trim() ?? "unknown processor",
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  system: `${type()} ${release()} ${arch()}`,
  node: process.version,
});
