// Draws docs/nearest.png, the picture of the README: the captions are drawn by lot, with the seed of the run's report.
// `node scripts/picture.mjs [MODEL]`; the model that ships with the package if none is named.
import sharp from "sharp";
import { prepareEmoji } from "../dist/data/emoji/prepare.node.js";
import { fold, key } from "../dist/engine/random.js";
import { emojiNearest } from "../dist/eval/emoji-pictures.js";
import { openEmbedder } from "../dist/eval/embedder.node.js";
import { evaluateEmoji } from "../dist/eval/evaluate-emoji.js";
import { nearestSvg } from "../dist/eval/report/nearest-svg.js";
import { encodePng } from "../dist/platform/node/image.js";
import { writeAtomic } from "../dist/platform/node/files.js";

const [model = "models/clip-emoji"] = process.argv.slice(2);
const corpus = await prepareEmoji({ cacheDir: ".cache/corpora" });
const embedder = await openEmbedder(model, { resize: "exact", cacheDir: "" });
const seed = fold(key(0), "evaluation");
const { heldOutStyle } = await evaluateEmoji(corpus, embedder, seed);
const svg = nearestSvg(await emojiNearest(corpus, heldOutStyle, encodePng, seed));
await writeAtomic(
  "docs/nearest.png",
  await sharp(Buffer.from(svg), { density: 144 }).png({ palette: true }).toBuffer(),
);
