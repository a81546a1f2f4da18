import { buildPlan } from "../curate/plan-spec.ts";
import type { Plan } from "../curate/plan.ts";
import { stageTable } from "../curate/stage-table.node.ts";
import { noModel } from "./no-model.ts";

/** Rows of a part in the test that kills a curation. */
export const partRows = 16;

/** A plan with checks of pictures, of captions, and across samples. @param minSide pixels */
export const curatedPlan = (minSide = 100): Promise<Plan> =>
  buildPlan(
    {
      name: "test",
      stages: [
        { use: "readable" },
        { use: "picture-size", minSide },
        { use: "blurry" },
        { use: "file-name-caption" },
        { use: "repeated-caption", max: 3 },
        { use: "exact-duplicate" },
        { use: "near-duplicate", keep: "first" },
      ],
    },
    stageTable,
    noModel,
  );
