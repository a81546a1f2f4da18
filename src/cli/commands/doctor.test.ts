import { describe, expect, test } from "vitest";
import { fovea, isBuilt } from "../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea doctor (needs dist)", () => {
  test("describes the machine", async () => {
    const env = { FOVEA_CACHE: "/none/data", HF_HUB_CACHE: "/none/models", HF_ENDPOINT: "http://mirror" };
    const { status, stdout } = await fovea(["doctor", "--json"], env);
    expect(status).toBe(0);
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({
      machine: { node: process.versions.node, onnxruntime: expect.stringMatching(/^1\.\d+/) },
      packages: { fovea: expect.stringMatching(/^\d+\.\d+/), sharp: expect.stringMatching(/^\d+\.\d+/) },
      webgpu: { available: expect.any(Boolean) },
      jpeg: process.platform === "linux" ? "@julusian/jpeg-turbo" : null,
      caches: { data: "/none/data", models: "/none/models" },
      endpoint: "http://mirror",
    });
    expect(found).toHaveProperty("gflops", expect.any(Number));
    expect(Number(found instanceof Object && "gflops" in found ? found.gflops : 0)).toBeGreaterThan(1);
  });
});
