import { nodeContender, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";

/** Scenes of a unit, each a picture of 128 px with its masks, captions, negatives and questions. */
export const scenesPerUnit = 1000;

/** @type {import("../harness/benchmark.mjs").Benchmark} */
export const dataWorlds = {
  title: "Synthetic scenes, 128 px, with their truth and texts",
  unit: `${scenesPerUnit} scenes`,
  pictures: scenesPerUnit,
  rounds: 7,
  warmUps: 2,
  contenders: async () => [nodeContender("fovea", "data-worlds/fovea.mjs")],
  bars: (results) => {
    const times = timesOf(results, "fovea");
    const found = pairedRatio(
      times.map(() => scenesPerUnit * 1000),
      times,
    );
    return [{ text: "scenes a second", sense: "at least", wanted: 500, found }];
  },
  remarks: () => ["one thread; no peer makes such scenes"],
};
