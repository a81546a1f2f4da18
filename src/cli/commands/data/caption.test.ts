import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { say, startCaptionServer, type CaptionServer } from "../../../testing/caption-server.ts";
import { fovea, isBuilt } from "../../../testing/run-cli.ts";

const Result = z.object({ written: z.number(), captioned: z.number(), known: z.number() });

describe.skipIf(!isBuilt)("fovea data caption (needs dist)", () => {
  let folder: string;
  let server: CaptionServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-caption-"));
    server = await startCaptionServer({
      tiny: (response, n) => (n === 4 ? response.writeHead(401).end("key expired") : say(response, `Caption ${n}.`)),
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test("a run that stopped goes on with what it got; every caption says who wrote it", async () => {
    const out = join(folder, "out.jsonl");
    const command = ["data", "caption", join("fixtures", "data", "pictures"), out, "--keep", "synthetic", "--json"];
    const args = [...command, "--endpoint", server.baseUrl, "--captioner", "tiny", "--concurrency", "1"];
    const first = await fovea(args);
    expect([first.status, first.stderr]).toEqual([1, expect.stringContaining("CAPTIONER_REFUSED")]);
    expect(await readdir(folder)).toEqual(["out.jsonl.captions.jsonl"]);

    const other = await fovea([...args, "--prompt", "What?"]);
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining("CAPTIONS_OF_OTHER_SETTINGS")]);

    const second = await fovea(args);
    expect(second.status).toBe(0);
    const { written, captioned, known } = Result.parse(JSON.parse(second.stdout));
    expect(known).toBeGreaterThanOrEqual(3); // one more if the next picture was under way when the key expired
    expect([written, captioned + known]).toEqual([6, 7]); // truncated.jpg is captioned, and left out when it is written
    expect(await readdir(folder)).not.toContain("out.jsonl.captions.jsonl");
    const rows = (await readFile(out, "utf8")).trim().split("\n");
    expect(rows).toHaveLength(6);
    for (const row of rows)
      expect(JSON.parse(row)).toMatchObject({
        captions: [{ text: expect.stringMatching(/^Caption/), provenance: "synthetic:tiny" }],
      });
  });
});
