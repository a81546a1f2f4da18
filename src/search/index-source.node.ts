import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { platform } from "#platform";
import { parseObject } from "../data/formats/json-object.ts";
import { openData } from "../data/formats/open-data.node.ts";
import { listPictures } from "../data/formats/pictures.node.ts";
import { captionLines, type Sample, type SampleImage } from "../data/sample.ts";
import { InputError } from "../platform/error.ts";
import type { SourceFile } from "./index-format.ts";
import { isUrl } from "./picture-index.node.ts";

/** A picture to be indexed. */
export interface SourcePicture {
  readonly key: string;
  readonly image: SampleImage;
  /** Its file, if it has one of its own. */
  readonly file?: { readonly size: number; readonly modified: number };
  /** One caption a line. */
  readonly caption: string;
  /** A JSON object. */
  readonly metadata: string;
}

/** Data to be indexed. */
export interface IndexSource {
  /** Absolute path, or URL. */
  readonly source: string;
  /** The folder in which keys may be paths. */
  readonly base: string;
  /** Files that the data is read from, where pictures have none of their own. */
  readonly files: readonly SourceFile[];
  /** Number of pictures, where it is known without reading. */
  readonly count?: number;
  readonly pictures: () => AsyncIterable<SourcePicture>;
}

/** Told of each sample that the data's reader leaves out. */
type OnDrop = (key: string, reason: string) => void;

/** What in a folder says that it is a data set in one of `openData`'s forms, and no plain folder of pictures. */
const dataFile = /\.(tar|tar\.gz|tgz|parquet|json|jsonl|csv|tsv)$/i;

/**
 * Opens what is to be indexed: a folder of pictures, subfolders included, each with captions in a text file and metadata in a JSON file of
 * its name if it has them; or any data set that {@link openData} reads.
 *
 * @throws {InputError} DATA_NOT_FOUND, FOLDER_WITHOUT_PICTURES, and the codes of {@link openData} while pictures are read
 */
export async function openSource(path: string, onDrop: OnDrop): Promise<IndexSource> {
  const source = isUrl(path) ? path : resolve(path);
  const there = await stat(source).catch(() => undefined);
  if (there?.isDirectory() === true && !(await isDataSet(source))) return pictureFolder(source);
  const base = there?.isDirectory() === true ? source : dirname(source);
  return {
    source,
    base,
    files: isUrl(path) ? [] : await filesOf(source, there?.isDirectory() === true),
    pictures: () => samples(source, base, onDrop),
  };
}

/** Whether a folder is a data set: it has shards or tables and, unless one describes them, no pictures. */
async function isDataSet(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (names.some((name) => /^metadata\.(csv|tsv|jsonl|parquet)$/.test(name))) return true;
  return names.some((name) => /\.(tar|tar\.gz|tgz|parquet)$/i.test(name));
}

async function pictureFolder(folder: string): Promise<IndexSource> {
  const [listed, names] = await Promise.all([listPictures(folder), readdir(folder, { recursive: true })]);
  if (listed.length === 0)
    throw new InputError(
      "FOLDER_WITHOUT_PICTURES",
      folder,
      "it holds no pictures",
      "give a folder with JPEG, PNG, WebP, GIF, AVIF or TIFF files, or a data set",
    );
  const there = new Set(names);
  const beside = async (path: string, ending: string): Promise<string | undefined> => {
    const name = join(path).replace(/\.[^.]+$/, ending);
    return there.has(name) ? readFile(join(folder, name), "utf8") : undefined;
  };
  return {
    source: folder,
    base: folder,
    files: [],
    count: listed.length,
    async *pictures() {
      for (const { path, size, modified } of listed) {
        const [text, json] = await Promise.all([beside(path, ".txt"), beside(path, ".json")]);
        yield {
          key: path,
          image: { read: () => platform.readBytes(join(folder, path)) },
          file: { size, modified: Math.trunc(modified) },
          caption: captionLines(text ?? "")
            .map((line) => line.text)
            .join("\n"),
          metadata: JSON.stringify((json === undefined ? undefined : parseObject(json)) ?? {}),
        };
      }
    },
  };
}

async function* samples(source: string, base: string, onDrop: OnDrop): AsyncGenerator<SourcePicture> {
  for await (const sample of openData(source, { onDrop })) {
    const file = await fileOf(sample, base);
    yield {
      key: sample.key,
      image: sample.image,
      ...(file !== undefined && { file }),
      caption: sample.captions.map(({ text }) => text).join("\n"),
      metadata: JSON.stringify(sample.metadata),
    };
  }
}

/** The file of a sample that is read when it is needed and whose key is its path, as in a table. */
async function fileOf({ key, image }: Sample, base: string): Promise<SourcePicture["file"]> {
  if (!("read" in image)) return undefined;
  const there = await stat(isAbsolute(key) ? key : join(base, key)).catch(() => undefined);
  return there?.isFile() === true ? { size: there.size, modified: Math.trunc(there.mtimeMs) } : undefined;
}

/** The files that a data set is read from, as far as they stand at its top. */
export async function filesOf(source: string, isFolder: boolean): Promise<SourceFile[]> {
  const paths = isFolder
    ? (await readdir(source)).filter((name) => dataFile.test(name)).map((name) => join(source, name))
    : [source];
  const found = await Promise.all(
    paths.sort().map(async (path) => ({ path, there: await stat(path).catch(() => undefined) })),
  );
  return found.flatMap(({ path, there }) =>
    there?.isFile() === true ? [{ path, size: there.size, modified: Math.trunc(there.mtimeMs) }] : [],
  );
}
