import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedder } from "../../eval/embedder.node.ts";
import type { Embedder } from "../../eval/embedder.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";
import { CandidateSource } from "../candidate.ts";
import { StageResources } from "../stage-resources.ts";
import { openPicture } from "../picture/open-picture.node.ts";
import { clipScore, clipScorer } from "./clip-score.ts";

const file = (name: string): string => join("fixtures", "data", "pictures", name);
let folder: string;
let embedder: Embedder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-clip-score-"));
  await writeTinyClip(folder);
  embedder = await openEmbedder(folder, { cacheDir: folder });
});
afterAll(async () => {
  await embedder.dispose();
  await rm(folder, { recursive: true });
});

test("is the cosine of picture and first caption, null where one is missing, whatever the batch", async () => {
  const source = new CandidateSource(openPicture);
  const pair = (name: string, ...captions: readonly string[]) =>
    source.candidate({
      key: name,
      image: { read: async () => new Uint8Array(await readFile(file(name))) },
      captions: captions.map((text) => ({ text })),
      metadata: {},
    });
  const names = ["cat.jpg", "truncated.jpg", "owl.jpg"];
  const candidates = [...names.map((name) => pair(name, "a red owl", "a cat")), pair("dog.png")];
  const scored = await clipScorer(embedder).score(candidates);

  const pictures = await embedder.embedImages([file("cat.jpg"), file("owl.jpg")]);
  const text = await embedder.embedTexts(["a red owl"]);
  const dot = (row: number): number => text.reduce((sum, value, i) => sum + value * pictures[row * 24 + i]!, 0);
  expect(scored).toEqual([
    { clip_score: expect.closeTo(dot(0), 5) },
    { clip_score: null },
    { clip_score: expect.closeTo(dot(1), 5) },
    { clip_score: null },
  ]);
});

test("pictures are embedded once for all scorers of a model", async () => {
  let reads = 0;
  const candidate = new CandidateSource(openPicture).candidate({
    key: "cat",
    image: {
      read: async () => {
        reads++;
        return new Uint8Array(await readFile(file("cat.jpg")));
      },
    },
    captions: [{ text: "a cat" }],
    metadata: {},
  });
  const [first] = await clipScorer(embedder).score([candidate]);
  const [second] = await clipScorer(embedder).score([candidate]);
  expect([reads, second]).toEqual([1, first]);
});

test("as a stage: the best 30 % if nothing is asked for, else what is", async () => {
  const context = new StageResources(async () => embedder); // which closes the model itself
  const reasonsOf = async (options: object) => Object.keys((await clipScore.build(options, "plan", context)).reasons);
  expect(await reasonsOf({})).toEqual(["CLIP_SCORE_MISSING", "CLIP_SCORE_NOT_IN_TOP"]);
  expect(await reasonsOf({ min: 0.28 })).toEqual(["CLIP_SCORE_MISSING", "CLIP_SCORE_LOW"]);
  await expect(clipScore.build({ minimum: 0.28 }, "plan: stage 1", context)).rejects.toMatchObject({
    code: "CURATE_OPTION_INVALID",
    message: expect.stringMatching(
      /^plan: stage 1: .*minimum.*\n {2}mend: clip-score takes min, top, of; give one in the plan, or with --set STAGE/s,
    ),
  });
});
