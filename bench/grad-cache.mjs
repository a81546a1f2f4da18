/**
 * What GradCache saves and costs: peak memory and time of one contrastive step over a batch of 128 pairs, whole and in
 * parts. Each is measured in a process of its own. `npm run build`, then `node bench/grad-cache.mjs`.
 */
import { spawnSync } from "node:child_process";
import { argv, execPath, memoryUsage, resourceUsage, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { hostTensor } from "../dist/engine/host-tensor.js";
import { input } from "../dist/engine/ops/leaf.js";
import { key, normal } from "../dist/engine/random.js";
import { clip, ClipConfig, clipLogitsPerText } from "../dist/models/contrastive/clip.js";
import { initialize } from "../dist/nn/scope.js";
import { compileGradCache } from "../dist/train/grad-cache.js";
import { infoNce } from "../dist/train/losses/info-nce.js";
import { compileStep } from "../dist/train/step.js";

const batch = 128;
const rounds = 5;
const tower = { hidden_size: 192, intermediate_size: 768, num_attention_heads: 3 };
const config = ClipConfig.parse({
  projection_dim: 192,
  vision_config: { ...tower, num_hidden_layers: 6, image_size: 112, patch_size: 16 },
  text_config: { ...tower, num_hidden_layers: 4, vocab_size: 8192, max_position_embeddings: 32, eos_token_id: 8191 },
});

if (argv[2] !== undefined) stdout.write(JSON.stringify(await measure(Number(argv[2]))));
else {
  const rows = [1, 2, 4, 8, 16].map((parts) => {
    const { stdout, stderr } = spawnSync(execPath, [fileURLToPath(import.meta.url), String(parts)], {
      encoding: "utf8",
    });
    if (stdout === "") throw new Error(stderr);
    return { parts, ...JSON.parse(stdout) };
  });
  const [whole] = rows;
  stdout.write(
    `CLIP, ${batch} pairs, median of ${rounds} steps\n\nparts   peak MB   of whole      ms   of whole      loss\n`,
  );
  for (const { parts, megabytes, ms, loss } of rows) {
    const share = (/** @type {number} */ part, /** @type {number} */ all) => (part / all).toFixed(2).padStart(10);
    const cells = [String(parts).padStart(5), megabytes.toFixed(0).padStart(9), share(megabytes, whole.megabytes)];
    stdout.write(
      `${cells.join(" ")} ${ms.toFixed(0).padStart(7)} ${share(ms, whole.ms)} ${loss.toFixed(5).padStart(9)}\n`,
    );
  }
}

/** Compiles and runs the step; the memory is what running adds to what the compiled step holds. */
async function measure(/** @type {number} */ parts) {
  const step = parts === 1 ? await compileStep((scope) => objective(embed(scope, batch))) : await inParts(parts);
  const gradients = Object.fromEntries(step.parameters.map(({ path, shape }) => [path, hostTensor("float32", shape)]));
  const feeds = {
    ...Object.fromEntries(initialize(step.all, key(0))),
    pixels: hostTensor("float32", [batch, 3, 112, 112], normal(key(1), batch * 3 * 112 * 112)),
    ids: hostTensor("int64", [batch, 32], Int32Array.from({ length: batch * 32 }, (_, i) => (i % 32 === 31 ? 8191 : (i * 37) % 8000))), // prettier-ignore
  };
  const before = memoryUsage.rss();
  const times = [];
  let loss = NaN;
  for (let round = 0; round < rounds + 1; round++) {
    const start = performance.now();
    ({ loss } = await step.run(feeds, gradients));
    if (round > 0) times.push(performance.now() - start);
  }
  const [ms] = times.sort((a, b) => a - b).slice(rounds >> 1);
  return { megabytes: (resourceUsage().maxRSS * 1024 - before) / 2 ** 20, ms, loss };
}

/** CLIP on some pairs. */
function embed(/** @type {import("../dist/nn/scope.js").Scope} */ scope, /** @type {number} */ items) {
  const pixelValues = input("pixels", "float32", [items, 3, 112, 112]);
  return clip(scope, { pixelValues, inputIds: input("ids", "int64", [items, 32]) }, config);
}

function objective(/** @type {ReturnType<typeof embed>} */ outputs) {
  return { loss: infoNce(clipLogitsPerText(outputs)), metrics: {}, chance: Math.log(batch) };
}

/** The same in parts. */
function inParts(/** @type {number} */ parts) {
  return compileGradCache((scope) => {
    const { imageEmbeds, textEmbeds, logitScale } = embed(scope, batch / parts);
    return {
      embeddings: { imageEmbeds, textEmbeds },
      objective: ({ imageEmbeds, textEmbeds }) => {
        if (imageEmbeds === undefined || textEmbeds === undefined) throw new TypeError("a tower gave no embeddings");
        return objective({ imageEmbeds, textEmbeds, logitScale });
      },
    };
  }, parts);
}
