import type { PlanSpec } from "./plan-spec.ts";

/** Plans by name, each loaded when it is named. */
export const presetTable: Readonly<Record<string, () => Promise<PlanSpec>>> = {
  "datacomp-basic": async () => (await import("./presets/datacomp-basic.ts")).datacompBasic,
  laion: async () => (await import("./presets/laion.ts")).laion,
  "t-mars": async () => (await import("./presets/t-mars.ts")).tMarsPlan,
  metaclip: async () => (await import("./presets/metaclip.ts")).metaclipPlan,
  "datacomp-image-clip": async () => (await import("./presets/datacomp-image-clip.ts")).datacompImageClip,
};
