import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// `--mode full` adds the tests that are too long for every change: they look at FOVEA_FULL.
// Under CI the results are also written as JSON, for the line of counts that .ci/run ends with.
export default defineConfig(({ mode }) => ({
  resolve: { alias: { "#platform": fileURLToPath(new URL("src/platform/node.ts", import.meta.url)) } },
  test: {
    include: ["src/**/*.test.ts", "bench/**/*.test.ts"],
    env: mode === "full" ? { FOVEA_FULL: "1" } : {},
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: ".cache/test-results.json" }]] : ["default"],
  },
}));
