import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { fileScorer } from "./file-scorer.ts";

/** Pictures whose file is so small that it can hardly show anything. */
export const fileSize = defineStage({
  id: "file-size",
  summary: "drop pictures whose file has too few bytes",
  options: z.object({
    /** Bytes; LAION's 5 kB. */
    minBytes: z.number().min(0).default(5000),
  }),
  rule: ({ minBytes }) => {
    const below = {
      at: minBytes,
      reason: "PICTURE_FEW_BYTES",
      meaning: `The picture's file has fewer than ${minBytes} bytes.`,
    };
    return thresholdRule("file-size", [fileScorer], [{ column: "picture_bytes", below }]);
  },
});
