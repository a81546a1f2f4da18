import { describe, expect, test } from "vitest";
import { fovea, isBuilt } from "../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea (needs dist)", () => {
  test("prints its version", async () => {
    const written = { stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" };
    expect(await fovea(["--version"])).toEqual({ status: 0, ...written });
  });

  test("tells what, where and how to mend it on standard error, and exits with 1", async () => {
    expect(await fovea(["export", "./no-model"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: ./no-model: there is no such folder\n  mend: check the path\n",
    });
  });

  test("shows a stack only to those who debug", async () => {
    const { status, stderr } = await fovea(["export", "./no-model"], { FOVEA_DEBUG: "1" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^InputError: \.\/no-model: there is no such folder\n.*\n {4}at .*resolve\.node\.js/);
  });
});
