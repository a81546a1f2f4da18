import type { StageTable } from "./plan-spec.ts";

/** Every kind of stage that plans can name, each loaded when it is. */
export const stageTable: StageTable = {};
