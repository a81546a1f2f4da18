// Makes the weights that the package ships out of a finished run: `node scripts/ship-model.mjs runs/clip-emoji-long`.
// Float16 halves their size; scores.json goes along, so that what they reach can be read beside them.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readSafetensors, writeSafetensors } from "../dist/io/safetensors.js";
import { writeAtomic } from "../dist/platform/node/files.js";

const [run, out = "models/clip-emoji"] = process.argv.slice(2);
if (run === undefined) throw new Error("which run? node scripts/ship-model.mjs RUN [FOLDER]");

await mkdir(out, { recursive: true });
const { tensors } = readSafetensors(await readFile(join(run, "model.safetensors")));
const weights = writeSafetensors(tensors, { format: "pt" }, { dtype: "float16" });
await writeAtomic(join(out, "model.safetensors"), weights);
const files = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "preprocessor_config.json",
  "scores.json",
];
for (const name of files) await copyFile(join(run, name), join(out, name));
process.stdout.write(`${out}: ${(weights.length / 1e6).toFixed(1)} MB of weights\n`);
