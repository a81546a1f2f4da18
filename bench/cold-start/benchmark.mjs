import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeContender, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { photos } from "../photos.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cli = join(root, "dist/cli/main.js");

/** The trained model: one that the environment names, the one that ships, or the one that `npm start` trained here. */
const model = [process.env["FOVEA_BENCH_MODEL"], join(root, "models/clip-emoji"), join(root, "runs/clip-emoji")].find(
  (folder) => folder !== undefined && existsSync(join(folder, "model.safetensors")),
);

/** @type {import("../harness/benchmark.mjs").Benchmark} */
export const coldStart = {
  title: "Cold start: `fovea classify` one picture with the trained model",
  unit: "one process",
  pictures: 1,
  rounds: 7,
  warmUps: 1,
  async contenders() {
    const [picture = ""] = await photos({ count: 1, width: 640, height: 480 });
    const classify = [
      cli,
      "classify",
      picture,
      "--labels",
      "a strawberry,a train,a face",
      "--model",
      model ?? "clip-emoji",
    ];
    return [
      nodeContender("fovea", "cold-start/command.mjs", ["fovea classify", ...classify]),
      nodeContender("node", "cold-start/command.mjs", ["an empty Node program", "-e", "0"]),
    ];
  },
  bars: (results) => {
    const seconds = timesOf(results, "fovea").map((ms) => ms / 1000);
    const found = pairedRatio(
      seconds,
      seconds.map(() => 1),
    );
    return [{ text: "seconds", sense: "at most", wanted: 1, found }];
  },
  remarks: () => [],
};
