import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fovea, isBuilt } from "../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea export (needs dist)", () => {
  test("writes the files that it names", async () => {
    const out = await mkdtemp(join(tmpdir(), "fovea-export-"));
    const { status, stdout, stderr } = await fovea([
      "export",
      join("fixtures", "golden", "siglip"),
      "--out",
      out,
      "--json",
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    const paths = ["vision_model", "text_model"].map((name) => join(out, "onnx", `${name}.onnx`));
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    expect(JSON.parse(stdout)).toEqual({ files: paths.map((path, i) => ({ path, bytes: sizes[i] })) });
    await rm(out, { recursive: true });
  });
});
