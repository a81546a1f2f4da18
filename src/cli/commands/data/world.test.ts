import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openData } from "../../../data/formats/open-data.node.ts";
import type { Sample } from "../../../data/sample.ts";
import { fovea, isBuilt } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data world (needs dist)", () => {
  let folder: string;
  let spec: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-world-"));
    spec = join(folder, "shapes.json");
    // Shapes and signs alone: their drawings are few.
    await writeFile(spec, JSON.stringify({ emojiShare: 0, kinds: { objects: 2, signs: 1, motion: 1 }, side: 64 }));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const run = (...args: readonly string[]) => fovea(["data", "world", ...args], { FOVEA_CACHE: join(folder, "cache") });

  test("writes shards that are read back, marked as synthetic everywhere, the same each time", async () => {
    const out = join(folder, "set");
    const { status, stdout, stderr } = await run(spec, "-n", "12", "-o", out, "--json");
    expect({ status, stderr: stderr.includes("error") }).toEqual({ status: 0, stderr: false });
    expect(JSON.parse(stdout)).toEqual({
      path: out,
      format: "webdataset",
      synthetic: true,
      items: 12,
      samples: 12,
      card: `${out}.world.json`,
    });
    expect(JSON.parse(await readFile(`${out}.world.json`, "utf8"))).toMatchObject({
      synthetic: true,
      spec: { side: 64 },
    });
    const samples: Sample[] = [];
    for await (const sample of openData(out, { onDrop: (key, reason) => expect.fail(`${key}: ${reason}`) }))
      samples.push(sample);
    expect(samples).toHaveLength(12);
    for (const { captions, metadata, boxes } of samples) {
      expect(metadata).toMatchObject({ synthetic: true, generator: "fovea-worlds-1" });
      expect(captions.map(({ provenance }) => provenance)).toEqual(captions.map(() => "synthetic: fovea-worlds-1"));
      expect(boxes).toBeDefined();
    }
    expect(samples.some(({ frames }) => frames?.length === 8)).toBe(true);
    const again = join(folder, "again");
    expect((await run(spec, "-n", "12", "-o", again)).status).toBe(0);
    for (const name of await readdir(out))
      expect(await readFile(join(again, name))).toEqual(await readFile(join(out, name)));
    expect((await run(spec, "-o", out)).stderr).toMatch(/the folder is not empty/);
  });

  test("a sheet to look at", async () => {
    const sheet = join(folder, "look.png");
    expect((await run(spec, "-n", "8", "--sheet", sheet)).status).toBe(0);
    expect([...(await readFile(sheet)).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
  });

  test("says what is wrong with a spec", async () => {
    expect((await run("countin")).stderr).toMatch(/no world has this name[\s\S]*did you mean counting\?/);
    await writeFile(join(folder, "wrong.json"), JSON.stringify({ colour: 3 }));
    const wrong = await run(join(folder, "wrong.json"));
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/wrong\.json: .*colour/);
    await writeFile(join(folder, "none.json"), JSON.stringify({ kinds: { people: 1 }, split: "combinations" }));
    expect((await run(join(folder, "none.json"))).stderr).toMatch(
      /nothing that the spec names is shown by the split "combinations"/,
    );
  });
});
