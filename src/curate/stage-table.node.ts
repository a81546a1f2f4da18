import type { StageTable } from "./plan-spec.ts";

/** Every kind of stage that plans can name, each loaded when it is. */
export const stageTable: StageTable = {
  readable: async () => (await import("./picture/picture-rules.ts")).readable,
  "picture-size": async () => (await import("./picture/picture-rules.ts")).pictureSize,
  "aspect-ratio": async () => (await import("./picture/picture-rules.ts")).aspectRatio,
  "odd-size": async () => (await import("./picture/picture-rules.ts")).oddSize,
  blurry: async () => (await import("./picture/picture-rules.ts")).blurry,
  dark: async () => (await import("./picture/picture-rules.ts")).dark,
  bright: async () => (await import("./picture/picture-rules.ts")).bright,
  "low-information": async () => (await import("./picture/picture-rules.ts")).lowInformation,
  greyscale: async () => (await import("./picture/picture-rules.ts")).greyscale,
  "exact-duplicate": async () => (await import("./picture/duplicate-rules.ts")).exactDuplicate,
  "near-duplicate": async () => (await import("./picture/duplicate-rules.ts")).nearDuplicate,
  language: async () => (await import("./text/caption-rules.ts")).language,
  "caption-length": async () => (await import("./text/caption-rules.ts")).captionLength,
  "repeated-caption": async () => (await import("./text/caption-rules.ts")).repeatedCaption,
  boilerplate: async () => (await import("./text/caption-rules.ts")).boilerplateCaption,
  "file-name-caption": async () => (await import("./text/caption-rules.ts")).fileNameCaption,
  "alt-text-noise": async () => (await import("./text/caption-rules.ts")).altTextNoiseStage,
  "personal-data": async () => (await import("./text/caption-rules.ts")).personalData,
  "caption-complexity": async () => (await import("./text/complexity-stage.node.ts")).captionComplexity,
};
