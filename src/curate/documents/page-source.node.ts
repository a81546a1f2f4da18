import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { z } from "zod";
import type { OnDrop } from "../../data/sample.ts";
import { pictureAt, readRows } from "../../data/formats/table.node.ts";
import { InputError } from "../../platform/error.ts";
import { sizeFromHeader } from "../picture/header.ts";
import { decodePage } from "./decode-page.ts";
import type { PagePicture } from "./html-page.ts";
import type { FoundPicture } from "./web-document.ts";

/** A web page as it is in a file. */
export interface PageFile {
  readonly key: string;
  /** Pages of one site share boilerplate. */
  readonly site: string;
  readonly html: string;
  /** Where it was on the web. */
  readonly address?: string;
  /** What relative addresses in it are relative to. */
  readonly base?: string;
  /** Finds a picture of the page. */
  readonly open: (picture: PagePicture) => Promise<FoundPicture | string>;
}

const Row = z.looseObject({ html: z.string(), url: z.string().optional(), key: z.string().optional() });

/** Pages with what they are in: a folder of `.html` files (each folder in it a site, as `wget` saves them), one such file, or JSONL with `html` and `url`. */
export async function* pagesAt(path: string, onDrop: OnDrop): AsyncGenerator<PageFile> {
  if (/\.jsonl(\.gz)?$/i.test(path)) {
    let line = 0;
    for await (const record of readRows(path, onDrop)) {
      const row = Row.safeParse(record);
      const key = row.data?.key ?? row.data?.url ?? `${basename(path)}/${++line}`;
      if (!row.success) onDrop(key, "ROW_MALFORMED");
      else {
        const { html, url } = row.data;
        const site = url !== undefined && URL.canParse(url) ? new URL(url).host : "";
        yield {
          key,
          site,
          html,
          ...(url !== undefined && { address: url, base: url }),
          open: async (picture) => elsewhere(picture),
        };
      }
    }
    return;
  }
  const isFolder = (await statOf(path)).isDirectory();
  const root = isFolder ? path : dirname(path);
  const files = isFolder ? await htmlFiles(path) : [path];
  for (const file of files) {
    const key = keyOf(root, file);
    const site = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
    yield {
      key,
      site,
      html: decodePage(await readFile(file)),
      base: addressIn(key),
      open: (picture) => openIn(root, site, picture),
    };
  }
}

async function htmlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /^\.x?html?$/i.test(extname(name))).sort();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new InputError("DATA_EMPTY", folder, "the folder holds no web pages", "give a folder of .html files");
}

/** @throws {InputError} DATA_NOT_FOUND */
async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    throw new InputError("DATA_NOT_FOUND", path, "there is no such file or folder", "check the path", { cause });
  }
}

/** A picture of which the address is all there is. */
const elsewhere = ({ url, alt }: PagePicture): FoundPicture | string =>
  /^https?:/i.test(url) ? { part: { kind: "image", url, ...(alt !== undefined && { alt }) } } : "PICTURE_MISSING";

/** The picture that a page in a folder shows, if its file is there. An address made from `file:///` cannot lead out of the folder. */
async function openIn(root: string, site: string, { url, alt }: PagePicture): Promise<FoundPicture | string> {
  if (!url.startsWith("file:")) return elsewhere({ kind: "image", url, ...(alt !== undefined && { alt }) });
  for (const name of namesOf(new URL(url))) {
    for (const folder of [root, join(root, site)]) {
      const path = join(folder, name); // `name` begins with a slash
      if (!(await isFile(path))) continue;
      const image = pictureAt(path);
      const size = sizeFromHeader(await image.read());
      return {
        part: { kind: "image", image, url: keyOf(root, path), ...(alt !== undefined && { alt }) },
        ...size,
      };
    }
  }
  return "PICTURE_MISSING";
}

const keyOf = (root: string, path: string): string => relative(root, path).split(sep).join("/");

/** The address of a file in a folder that is taken for the root of all. */
const addressIn = (key: string): string => `file:///${key.split("/").map(encodeURIComponent).join("/")}`;

/** The names that a picture's file may have: tools that save pages keep or drop what follows a `?`. */
function namesOf({ pathname, search }: URL): string[] {
  const names = [pathname + search, pathname];
  const isSafe = (name: string): boolean => !name.includes("\0") && !name.split(/[/\\]/).includes("..");
  return names.flatMap((name) => {
    try {
      return [decodeURIComponent(name)].filter(isSafe);
    } catch {
      return [];
    }
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
