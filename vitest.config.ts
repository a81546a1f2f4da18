import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "#platform": new URL("./src/platform/node.ts", import.meta.url).pathname } },
  test: { include: ["src/**/*.test.ts", "recipes/**/*.test.ts", "bench/**/*.test.ts"], testTimeout: 60_000, maxWorkers: 2 },
});
