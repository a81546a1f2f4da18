// Scenes of the preset "pictures", composed and described, not encoded.
import { dataCache } from "../../dist/cli/options.js";
import { worldPresets } from "../../dist/data/worlds/spec.js";
import { openWorld } from "../../dist/index.node.js";
import { serve } from "../harness/serve.mjs";
import { scenesPerUnit } from "./benchmark.mjs";

await serve(async () => {
  const world = await openWorld({ ...worldPresets.pictures, count: 1_000_000 }, { cacheDir: dataCache() });
  let made = 0;
  return {
    name: "Fovea",
    notes: ["masks, captions, negatives and questions in two languages"],
    unit: () => {
      for (const end = made + scenesPerUnit; made < end; made++) world.item(made);
      return Promise.resolve();
    },
  };
});
