import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PictureIndex } from "../../search/picture-index.node.ts";
import { CommandFolder } from "../../testing/command-folder.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

describe.skipIf(!isBuilt)("fovea index and search (needs dist)", () => {
  let temporary: string;
  let folder: string;
  let model: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "fovea-search-"));
    folder = join(temporary, "pictures");
    await cp(join("fixtures", "data", "pictures"), folder, { recursive: true });
    model = join(temporary, "model");
    await writeTinyClip(model);
  });
  afterAll(() => rm(temporary, { recursive: true }));

  test("index a folder, index it again, find pictures by words and by a picture", async () => {
    const first = await fovea(["index", folder, "-m", model]);
    expect(first.status).toBe(0);
    expect(first.stdout).toBe(
      `${join(folder, ".fovea-index")}: 6 pictures (6 new, 0 unchanged, 0 gone, 1 unreadable)\n`,
    );
    expect(first.stderr).toMatch(/^skipped truncated\.jpg: \d+ bytes are not a whole PNG/m);
    expect((await PictureIndex.open(folder)).manifest.model).toBe(model);

    const again = await fovea(["index", folder, "-m", model, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({
      index: join(folder, ".fovea-index"),
      pictures: 6,
      embedded: 0,
      kept: 6,
      updated: 0,
      removed: 0,
      unreadable: ["truncated.jpg"],
      hasGraph: false,
      interrupted: false,
    });

    const words = await fovea(["search", folder, "a photo of a cat", "a fish", "--without", "a dog", "--top", "3"]);
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
      query: { texts: [], images: [owl], without: [] },
      hits: [
        { path: owl, key: "owl.jpg", score: expect.closeTo(1, 3), caption: "an owl", width: 48 },
        {},
        {},
        {},
        {},
        {},
      ],
    });
  });

  test("keep to a condition, and write a page", async () => {
    const page = join(temporary, "page.html");
    const found = await fovea(["search", folder, "a fish", "--where", "caption LIKE '%fish%'", "--html", page]);
    expect(found.stdout).toBe(`${page}: 1 pictures\n`);
    expect(await readFile(page, "utf8")).toMatch(/<img src="data:image\/webp;base64,[^"]{100,}" alt="a tropical fish"/);
    const wrong = await fovea(["search", folder, "a fish", "--where", "wdth > 3"]);
    expect([wrong.status, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toMatch(/^error: --where "wdth > 3": .*\n {2}mend: a condition can name: key \(VARCHAR\)/);
  });

  test("list near duplicates, without a model", async () => {
    const copies = join(temporary, "copies");
    await mkdir(copies);
    for (const name of ["a.jpg", "b.jpg"]) await copyFile(join(folder, "owl.jpg"), join(copies, name));
    await copyFile(join(folder, "cat.jpg"), join(copies, "c.jpg"));
    await fovea(["index", copies, "-m", model]);
    const { stdout } = await fovea(["search", copies, "--duplicates", "--threshold", "0.9999"]);
    expect(stdout).toBe(`1.000  ${join(copies, "a.jpg")}\n1.000  ${join(copies, "b.jpg")}\n`);
  });

  test("print the paths of pictures below the current folder from there; JSON has whole ones", async () => {
    await using here = await CommandFolder.make();
    await mkdir(join(here.path, "my", "owls"), { recursive: true });
    for (const name of ["my/cat.jpg", "my/owls/owl.jpg"])
      await copyFile(join(folder, basename(name)), join(here.path, name));
    expect(await here.shell(`fovea index my -m ${model}`)).toMatchObject({ status: 0 });
    const pathsIn = async (line: string): Promise<string[]> =>
      [...(await here.shell(line)).stdout.matchAll(/^-?\d\.\d{3} {2}(.*)$/gm)].map(([, path]) => path!).sort();
    expect(await pathsIn("fovea search my 'an owl'")).toEqual(["my/cat.jpg", "my/owls/owl.jpg"]);
    const whole = ["cat.jpg", "owls/owl.jpg"].map((name) => join(here.path, "my", name));
    expect(await pathsIn("cd my/owls && fovea search .. 'an owl'")).toEqual([whole[0], "owl.jpg"]);
    const { stdout } = await here.shell("fovea search my 'an owl' --json");
    const { hits } = JSON.parse(stdout) as { readonly hits: readonly { readonly path: string }[] };
    expect(hits.map(({ path }) => path).sort()).toEqual(whole);
  });

  test("warn of files that are gone", async () => {
    const going = join(temporary, "going");
    await mkdir(going);
    for (const name of ["cat.jpg", "owl.jpg"]) await copyFile(join(folder, name), join(going, name));
    await fovea(["index", going, "-m", model]);
    await rm(join(going, "cat.jpg"));
    const { stdout, stderr } = await fovea(["search", going, "an owl"]);
    expect(stdout).toMatch(/^-?\d\.\d{3} {2}\/.*owl\.jpg\n$/);
    expect(stderr).toBe("warning: 1 pictures are gone, e.g. cat.jpg: run fovea index again\n");
  });

  test("say what to do without an index, or without a question", async () => {
    expect(await fovea(["search", temporary, "a cat"])).toEqual({
      status: 1,
      stdout: "",
      stderr: `error: ${temporary}: there is no index of it\n  mend: run: fovea index ${temporary}\n`,
    });
    const silent = await fovea(["search", folder]);
    expect(silent.status).toBe(2);
    expect(silent.stderr).toContain("error: give a text to look for, or a picture with --image, or --duplicates");
  });

  test("a run that is killed keeps what it had written, and the next goes on from there", async () => {
    const many = join(temporary, "many");
    await mkdir(many);
    const [pictures, saveEvery] = [400, 10];
    for (let i = 0; i < pictures; i++) {
      const background = { r: i % 256, g: (i * 7) % 256, b: i >> 1 };
      await writeFile(
        join(many, `${i}.png`),
        await sharp({ create: { width: 40, height: 40, channels: 3, background } })
          .png()
          .toBuffer(),
      );
    }
    const out = join(many, ".fovea-index");
    const program = `
      const { indexData, openEmbedder } = await import(${JSON.stringify(new URL("../../../dist/index.node.js", import.meta.url))});
      const embedder = await openEmbedder(${JSON.stringify(model)}, { cacheDir: "", batch: 4 });
      await indexData(${JSON.stringify(many)}, embedder, {
        out: ${JSON.stringify(out)}, model: ${JSON.stringify(model)}, saveEvery: ${saveEvery},
        onProgress: (done) => { if (done >= 60) process.kill(process.pid, "SIGKILL"); },
      });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    const left = await PictureIndex.open(many);
    expect(left.manifest.complete).toBe(false);
    expect(left.count).toBeGreaterThanOrEqual(50 - saveEvery);
    expect(left.count % saveEvery).toBe(0);
    expect(await readdir(out)).toContain("lock.json");

    const searched = await fovea(["search", many, "red", "--top", "1"]);
    expect(searched.stderr).toBe(
      "warning: the last run of fovea index did not end: run it again to have all pictures\n",
    );
    const { stdout } = await fovea(["index", many, "-m", model, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ pictures, kept: left.count, embedded: pictures - left.count });
    expect((await readdir(out)).filter((name) => !/^(part-[\w-]+\.parquet|index\.json)$/.test(name))).toEqual([]);
  });
});
