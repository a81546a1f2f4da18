import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openIndex } from "../../eval/index-folder.node.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

describe.skipIf(!isBuilt)("fovea index and search (needs dist)", () => {
  let temporary: string;
  let folder: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "fovea-search-"));
    folder = join(temporary, "pictures");
    await cp(join("fixtures", "data", "pictures"), folder, { recursive: true });
    await writeTinyClip(join(temporary, "model"));
  });
  afterAll(() => rm(temporary, { recursive: true }));

  test("index a folder, index it again, find pictures by words and by a picture", async () => {
    const model = join(temporary, "model");
    const first = await fovea(["index", folder, "-m", model]);
    expect(first.status).toBe(0);
    expect(first.stdout).toBe(
      `${join(folder, ".fovea-index")}: 6 pictures (6 new, 0 unchanged, 0 gone, 1 unreadable)\n`,
    );
    expect(first.stderr).toMatch(/^skipped truncated\.jpg: \d+ bytes are not a whole PNG/m);
    expect((await openIndex(folder)).model).toBe(model);

    const again = await fovea(["index", folder, "-m", model, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({
      index: join(folder, ".fovea-index"),
      pictures: 6,
      embedded: 0,
      kept: 6,
      removed: 0,
      unreadable: ["truncated.jpg"],
      interrupted: false,
    });

    const words = await fovea(["search", folder, "a photo of a cat", "--top", "3"]);
    expect([words.status, words.stderr]).toEqual([0, ""]);
    const scores = words.stdout
      .trimEnd()
      .split("\n")
      .map((line) => Number(/^(-?\d\.\d{3})  \//.exec(line)?.[1]));
    expect(scores).toHaveLength(3);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));

    const owl = join(folder, "owl.jpg");
    const alike = await fovea(["search", join(folder, ".fovea-index"), "--image", owl, "--json"]);
    expect(JSON.parse(alike.stdout)).toMatchObject({
      query: owl,
      hits: [{ path: owl, score: expect.closeTo(1) }, {}, {}, {}, {}, {}],
    });
  });

  test("says what to do without an index", async () => {
    expect(await fovea(["search", temporary, "a cat"])).toEqual({
      status: 1,
      stdout: "",
      stderr: `error: ${temporary}: the folder has no index of its pictures\n  mend: run: fovea index ${temporary}\n`,
    });
  });
});
