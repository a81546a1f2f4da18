import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openEmbedder } from "../eval/embedder.node.ts";
import { countLiveSessions } from "../testing/live-sessions.ts";
import { writeTinyClip } from "../testing/tiny-clip.ts";
import { buildPlan } from "./plan-spec.ts";
import { StageResources } from "./stage-resources.ts";
import { stageTable } from "./stage-table.node.ts";
import { curate } from "./curate.node.ts";

test("no session outlives a run whose stages opened a CLIP and a text spotter", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fovea-resources-"));
  await writeTinyClip(folder);
  const sessions = countLiveSessions();
  const open = vi.fn<() => ReturnType<typeof openEmbedder>>(() => openEmbedder(folder, { cacheDir: folder }));
  const stages = [
    { use: "clip-score", top: 1 },
    { use: "t-mars", top: 1 },
    { use: "text-spotting" },
    { use: "semdedup" },
  ];
  {
    await using resources = new StageResources(open);
    const plan = await buildPlan({ name: "models", stages }, stageTable, resources);
    const result = await curate(plan, { data: join("fixtures", "data", "pictures"), out: join(folder, "out") });
    expect(result?.kept).toBeGreaterThan(0);
    expect(sessions.live).toBe(4); // both towers, the detector and the recogniser: k-means and its like close their own
    expect(open).toHaveBeenCalledOnce();
  }
  expect(sessions.live).toBe(0);
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test("what was opened is closed, the last first, also if a stage fails", async () => {
  const closed: string[] = [];
  const resource = (name: string): AsyncDisposable => ({
    [Symbol.asyncDispose]: async () => void closed.push(name),
  });
  const run = async (): Promise<void> => {
    await using resources = new StageResources(() => Promise.reject(new Error("no model")));
    resources.own(resource("first"));
    resources.own(resource("second"));
    await resources.embedder();
  };
  await expect(run()).rejects.toThrow("no model");
  expect(closed).toEqual(["second", "first"]);
});
