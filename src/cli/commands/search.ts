import { Option, type Command } from "commander";
import type { Embedder } from "../../eval/embedder.ts";
import { formatCount } from "../../eval/scores.ts";
import { pathWithin, writeAtomic } from "../../platform/node/files.ts";
import { combineQuery } from "../../search/combine-query.ts";
import { findDuplicates } from "../../search/duplicates.node.ts";
import type { IndexedPicture } from "../../search/index-format.ts";
import { demandSameModel } from "../../search/index-model.ts";
import { PictureIndex } from "../../search/picture-index.node.ts";
import { renderResults, type PagePicture, type ResultPage } from "../../search/result-page.ts";
import {
  changedSources,
  IndexSearcher,
  type SearchHit,
  type SearchMethod,
  type SearchResult,
} from "../../search/search-index.node.ts";
import { thumbnailsOf } from "../../search/thumbnails.node.ts";
import {
  addJsonOption,
  addModelOptions,
  collect,
  openModel,
  positiveNumber,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";

interface Options extends Omit<ModelOptions, "model">, JsonOption {
  readonly model?: string;
  readonly image?: readonly string[];
  readonly without?: readonly string[];
  readonly where?: string;
  readonly method: SearchMethod;
  readonly top: number;
  readonly html?: string;
  readonly duplicates?: boolean;
  readonly threshold: number;
}

/** `fovea search`. */
export function define(command: Command): void {
  command
    .argument("<index>", "an index, or a folder or data set that `fovea index` was run on")
    .argument("[text...]", "what to look for; several texts count equally")
    .option(
      "-i, --image <file>",
      "look for pictures like this one; may be given several times, and with texts",
      collect,
    )
    .option("--without <text>", "what they should not show; may be given several times", collect)
    .option("-w, --where <sql>", "only pictures of which this is true: a condition on metadata in SQL")
    .option("-n, --top <n>", "how many to show", wholeNumber, 10)
    .addOption(
      new Option("--method <method>", "compare every picture, or walk the index' graph")
        .choices(["auto", "exact", "approximate"])
        .default("auto"),
    )
    .option("--html <file>", "write a page with the pictures, which needs no other file")
    .option("--duplicates", "list groups of pictures that look nearly the same instead")
    .option("--threshold <cosine>", "similarity from which on pictures are duplicates", positiveNumber, 0.98)
    .option("-m, --model <model>", "the model, if it is no longer where it was when the index was made")
    .addHelpText(
      "after",
      `
Conditions can name key, path, caption, bytes, width, height, date, modified, and the columns of the data.
Pictures below the current folder are printed by their path from there, all others, and those of --json and --html, by their whole path.

Example:
  $ fovea search ~/Pictures "a dog on a beach" --top 5
  $ fovea search ~/Pictures "a dog" --without "a beach" --where "width >= 1024 AND date >= '2024-01-01'"
  $ fovea search ~/Pictures --image dog.jpg --html dogs.html
  $ fovea search ~/Pictures --duplicates`,
    )
    .action((path: string, texts: readonly string[], options: Options) => run(path, texts, options, command));
  addJsonOption(addModelOptions(command, { model: false }));
}

async function run(path: string, texts: readonly string[], options: Options, command: Command): Promise<void> {
  const { image: images = [], without = [], duplicates = false, html, json = false } = options;
  if (duplicates === texts.length + images.length > 0)
    command.error("error: give a text to look for, or a picture with --image, or --duplicates");
  if ([...texts, ...without].some((text) => text.trim() === "")) command.error("error: a text is empty");
  const index = await PictureIndex.open(path);
  for (const source of await changedSources(index))
    warn(`${source} changed since it was indexed: run fovea index again`);
  if (!index.manifest.complete) warn("the last run of fovea index did not end: run it again to have all pictures");
  const { groups, method } = duplicates
    ? await listDuplicates(index, options)
    : await search(index, path, { texts, images, without }, options);
  const query = [...texts, ...images, ...without.map((text) => `without ${text}`)].join(" + ");
  if (html !== undefined)
    await writeAtomic(html, renderResults(await pageOf(index, duplicates ? undefined : query, groups)));
  if (json)
    printJson(
      duplicates
        ? { groups: groups.map((of) => of.map(resultOf)) }
        : { query: { texts, images, without }, method, hits: groups.flat().map(resultOf) },
    );
  else if (html !== undefined) print(`${html}: ${formatCount(groups.flat().length)} pictures`);
  else
    for (const [i, of] of groups.entries()) {
      if (i > 0) print("");
      print(...of.map(lineOf));
    }
}

/** A picture that is shown. */
type Shown = Pick<SearchHit, "score" | "file" | "isChanged"> & IndexedPicture;

interface Found {
  readonly groups: readonly (readonly Shown[])[];
  readonly method?: SearchResult["method"];
}

async function search(
  index: PictureIndex,
  path: string,
  prompts: Prompts,
  { top, where, method, ...options }: Options,
): Promise<Found> {
  await using embedder = await openModel({ ...options, model: options.model ?? index.manifest.model });
  demandSameModel(index.manifest, embedder, path);
  await using searcher = new IndexSearcher(index, options);
  const result = await searcher.search(await queryOf(embedder, prompts), {
    count: top,
    method,
    ...(where !== undefined && { where }),
  });
  if (result.missing.length > 0)
    warn(`${formatCount(result.missing.length)} pictures are gone, e.g. ${result.missing[0]!}: run fovea index again`);
  return { groups: result.hits, method: result.method };
}

/** What is looked for, and what not. */
interface Prompts {
  readonly texts: readonly string[];
  readonly images: readonly string[];
  readonly without: readonly string[];
}

async function queryOf(embedder: Embedder, { texts, images, without }: Prompts): Promise<Float32Array> {
  const [ofTexts, ofImages] = [await embedder.embedTexts(texts), await embedder.embedImages(images)];
  const wanted = new Float32Array(ofTexts.length + ofImages.length);
  wanted.set(ofTexts);
  wanted.set(ofImages, ofTexts.length);
  return combineQuery({ wanted, unwanted: await embedder.embedTexts(without) }, embedder.width);
}

async function listDuplicates(index: PictureIndex, { threshold, threads, json = false }: Options): Promise<Found> {
  const progress = showProgress("duplicates", "pictures", json, index.rows);
  const groups = await findDuplicates(index, {
    threshold,
    ...(threads !== undefined && { threads }),
    onProgress: (rows) => progress.update(rows, { items: rows }),
  });
  progress.done();
  const shown = (of: (typeof groups)[number]): Shown[] =>
    of.map((picture) => {
      const file = index.fileOf(picture);
      return { ...picture, isChanged: false, ...(file !== undefined && { file }) };
    });
  return { groups: groups.map(shown) };
}

async function pageOf(index: PictureIndex, query: string | undefined, groups: Found["groups"]): Promise<ResultPage> {
  const thumbnails = await thumbnailsOf(index, groups.flat());
  const picture = (hit: Shown): PagePicture => {
    const thumbnail = thumbnails.get(hit.key);
    const { score, width, height } = hit;
    const [caption = ""] = hit.caption.split("\n");
    const note = hit.isChanged ? "changed since it was indexed" : undefined;
    return {
      name: nameOf(hit),
      score,
      caption,
      width,
      height,
      ...(thumbnail !== undefined && { thumbnail }),
      ...(note !== undefined && { note }),
    };
  };
  return {
    title: query ?? "Near duplicates",
    facts: [`${formatCount(groups.flat().length)} of ${formatCount(index.count)} pictures in ${index.source}`],
    groups: groups.map((of, i) => ({
      ...(query === undefined && { heading: `Group ${i + 1}: ${of.length} pictures` }),
      pictures: of.map(picture),
    })),
  };
}

function lineOf(hit: Shown): string {
  const [caption = ""] = hit.caption.split("\n");
  const remarks = [...(caption === "" ? [] : [caption]), ...(hit.isChanged ? ["(changed since)"] : [])];
  return [hit.score.toFixed(3), fromHere(nameOf(hit)), ...remarks].join("  ");
}

/** A path from the current folder, if it is below it. */
const fromHere = (path: string): string => pathWithin(process.cwd(), path) ?? path;

/** The whole path of a picture's file, or its key. */
const nameOf = ({ file, key }: Shown): string => file ?? key;

const resultOf = ({ file, key, score, isChanged, caption, bytes, width, height, date, metadata }: Shown) => ({
  path: file ?? key,
  key,
  score,
  ...(isChanged && { changed: true }),
  caption,
  bytes,
  width,
  height,
  date: date === null ? null : new Date(date).toISOString(),
  metadata: JSON.parse(metadata) as unknown,
});

const warn = (text: string): void => void process.stderr.write(`warning: ${text}\n`);
