import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSafetensors, writeSafetensors } from "../../io/safetensors.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";

const golden = join("fixtures", "golden", "clip");

describe.skipIf(!isBuilt)("fovea verify (needs dist)", () => {
  test("exits with 0 where everything is equal", async () => {
    const { status, stdout, stderr } = await fovea(["verify", golden]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^clip against .*transformers/);
    expect(stdout).toMatch(/\nequal within tolerance\n$/);
  });

  test("exits with 1 where a tensor is beyond tolerance, and marks it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fovea-verify-"));
    await cp(golden, folder, { recursive: true });
    const { tensors } = readSafetensors(await readFile(join(folder, "outputs.safetensors")));
    const { data } = tensors.get("image_embeds")!;
    data[0] = 2;
    await writeFile(join(folder, "outputs.safetensors"), writeSafetensors(tensors));
    const { status, stdout } = await fovea(["verify", folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAIL +image_embeds +\d\.\de/m);
    expect(stdout).toMatch(/\n1 failed\n$/);
    const report: unknown = JSON.parse((await fovea(["verify", folder, "--tolerance", "2", "--json"])).stdout);
    expect(report).toMatchObject({ ok: true });
    await rm(folder, { recursive: true });
  });

  test("a folder that is not there is said to be missing", async () => {
    expect(await fovea(["verify", "nowhere"])).toMatchObject({
      status: 1,
      stderr:
        "error: nowhere: there is no such folder\n  mend: give the folder of a model with what its reference implementation computed\n",
    });
  });

  test("exits with 1 where gradients are given, and their loss is not recognised", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fovea-verify-"));
    await cp(golden, folder, { recursive: true });
    const { tensors } = readSafetensors(await readFile(join(folder, "outputs.safetensors")));
    tensors.get("loss")!.data[0] = 123;
    await writeFile(join(folder, "outputs.safetensors"), writeSafetensors(tensors));
    const { status, stdout } = await fovea(["verify", folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAIL +loss +none +1\.0e-5 +no loss that is tried has the value 123$/m);
    await rm(folder, { recursive: true });
  });
});
