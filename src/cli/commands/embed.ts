import type { Command } from "commander";
import { embeddingFile } from "../../eval/embedding-file.ts";
import { writeAtomic } from "../../platform/node/files.ts";
import { addJsonOption, addModelOptions, collect, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { PartFailures } from "../part-failures.ts";
import { picturesOf } from "../pictures.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly text?: readonly string[];
  readonly out?: string;
}

/** `fovea embed`. */
export function define(command: Command): void {
  command
    .argument("[image...]", "picture files, URLs, or folders of pictures")
    .option("-t, --text <text>", "a text; may be given several times", collect)
    .option("-o, --out <file>", "write a safetensors file instead of printing")
    .addHelpText(
      "after",
      `
Vectors have unit length: the sum of the products of two is their cosine similarity. They are printed as lines of JSON.
A picture that cannot be read is named on standard error, and the others go on; the exit code is 1 then.

Example:
  $ fovea embed dog.jpg --text "a dog" --text "a cat"
  $ fovea embed *.jpg --out vectors.safetensors`,
    )
    .action((images: readonly string[], options: Options) => run(images, options, command));
  addJsonOption(addModelOptions(command));
}

async function run(
  args: readonly string[],
  { text: texts = [], out, json = false, ...model }: Options,
  command: Command,
): Promise<void> {
  if (args.length + texts.length === 0) command.error("error: give pictures, or texts with --text");
  await using embedder = await openModel(model);
  const failures = new PartFailures(json);
  const pictures = await picturesOf(args, failures.add);
  const images: string[] = [];
  const vectors = new Float32Array(pictures.length * embedder.width); // as many rows as could be read count
  for await (const { item, embedding } of embedder.embedStream(pictures, (image) => image, failures.add))
    vectors.set(embedding, embedder.width * (images.push(item) - 1));
  const parts = {
    images: { names: images, vectors: vectors.subarray(0, images.length * embedder.width) },
    texts: { names: texts, vectors: await embedder.embedTexts(texts) },
  };
  if (out !== undefined) {
    await writeAtomic(out, embeddingFile(parts));
    const written = { out, images: images.length, texts: texts.length, width: embedder.width };
    if (json) printJson(written);
    else print(`${out}: ${images.length} pictures and ${texts.length} texts of ${embedder.width} numbers each`);
    failures.end();
    return;
  }
  const rowOf = (vectors: Float32Array, i: number): number[] =>
    Array.from(vectors.subarray(i * embedder.width, (i + 1) * embedder.width), (value) => Number(value.toPrecision(7)));
  const rows = [
    ...images.map((image, i) => ({ image, embedding: rowOf(parts.images.vectors, i) })),
    ...texts.map((text, i) => ({ text, embedding: rowOf(parts.texts.vectors, i) })),
  ];
  if (json) printJson(rows);
  else print(...rows.map((row) => JSON.stringify(row)));
  failures.end();
}
