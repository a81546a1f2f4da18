import { StageResources } from "../curate/stage-resources.ts";

/** For plans that need no model; holds nothing, so nobody need close it. */
export const noModel = new StageResources(() => Promise.reject(new Error("no stage here needs a model")));
