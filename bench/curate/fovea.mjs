// Curates a folder of shards from nothing, with every check that needs no model: `fovea.mjs DATA PAIRS`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { curate } from "../../dist/curate/curate.node.js";
import { buildPlan } from "../../dist/curate/plan-spec.js";
import { StageResources } from "../../dist/curate/stage-resources.js";
import { stageTable } from "../../dist/curate/stage-table.node.js";
import { serve } from "../harness/serve.mjs";
import { stages } from "./workload.mjs";

await serve(async () => {
  const [data = "", pairs = ""] = process.argv.slice(2);
  const noModel = () => Promise.reject(new Error("no stage here needs a model"));
  const plan = await buildPlan({ name: "bench", stages }, stageTable, new StageResources(noModel));
  return {
    name: "Fovea",
    notes: [`${stages.length} checks, scores, verdicts and report written`],
    unit: async () => {
      const out = await mkdtemp(join(tmpdir(), "fovea-bench-curate-"));
      const result = await curate(plan, { data, out });
      await rm(out, { recursive: true });
      if (result?.in !== Number(pairs)) throw new Error(`${result?.in} of ${pairs} pairs were judged`);
    },
  };
});
