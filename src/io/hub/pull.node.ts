import { listFiles, modelInfo } from "@huggingface/hub";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import { CachedModel, fileSize, isCommit } from "./cache.node.ts";
import { download, type RemoteFile } from "./download.node.ts";
import { explainHubError } from "./hub-error.node.ts";
import { isSafePath, parseModelName } from "./model-name.ts";
import type { HubSettings } from "./settings.ts";

/** How far a pull is. Bytes that were in the cache already count as received. */
export interface PullProgress {
  readonly file: string;
  readonly fileBytes: number;
  readonly fileSize: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** From where, to where and what {@link pull} fetches. */
export interface PullOptions extends HubSettings {
  /** Which files to fetch, by path; {@link isModelFile} if absent. */
  readonly files?: (path: string) => boolean;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a model needs to run here: its configuration, tokenizer and safetensors, not the same weights in other formats. */
export const isModelFile = (path: string): boolean =>
  !path.includes("/") && /\.(json|txt|model|jinja|safetensors|md)$/.test(path);

/**
 * Fetches a model into the cache, whatever part of it is not there yet.
 *
 * @param name `owner/name` or `owner/name@revision`
 * @returns    the folder that holds its files by name
 * @throws {InputError} HUB_NAME_INVALID, HUB_OFFLINE, HUB_DENIED, HUB_NOT_FOUND, HUB_FAILED, HUB_NO_FILES,
 *   HUB_LISTING_INVALID, HUB_INTERRUPTED, HUB_HASH_MISMATCH
 */
export async function pull(name: string, options: PullOptions): Promise<string> {
  const { id, revision } = parseModelName(name);
  const fetch = authorized(options);
  try {
    const commit = await commitOf(id, revision, options.endpoint, fetch);
    const files = await filesOf(id, commit, options, fetch);
    const model = new CachedModel(options.cacheDir, id);
    const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of files) {
      const report = (fileBytes: number) =>
        options.onProgress?.({
          file: file.path,
          fileBytes,
          fileSize: file.size,
          bytes: before + fileBytes,
          totalBytes,
        });
      const blob = await model.blob(file.hash.hex);
      if ((await fileSize(blob)) !== file.size)
        await download(file, blob, { fetch, signal: options.signal, onBytes: report });
      await model.link(blob, commit, file.path);
      report(file.size);
      before += file.size;
    }
    if (!isCommit(revision)) await model.writeRef(revision, commit); // last: it says that the snapshot is whole
    return model.snapshot(commit);
  } catch (cause) {
    throw explainHubError(cause, id, options.endpoint);
  }
}

/** `fetch` that shows the token to the Hub, and to nobody that the Hub refers to. */
function authorized({ endpoint, token }: HubSettings): typeof fetch {
  if (token === undefined) return fetch;
  const { origin } = new URL(endpoint);
  return (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin === origin) request.headers.set("authorization", `Bearer ${token}`);
    return fetch(request);
  };
}

const Info = z.looseObject({ sha: z.string().regex(/^[0-9a-f]{40}$/) });

async function commitOf(id: string, revision: string, hubUrl: string, request: typeof fetch): Promise<string> {
  const info = await modelInfo({ name: id, revision, hubUrl, fetch: request, additionalFields: ["sha"] });
  const parsed = Info.safeParse(info);
  if (!parsed.success) throw badListing(id, "it names no commit");
  return parsed.data.sha;
}

interface ListedFile extends RemoteFile {
  readonly path: string;
}

const Entry = z.looseObject({
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.looseObject({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

async function filesOf(id: string, commit: string, options: PullOptions, request: typeof fetch): Promise<ListedFile[]> {
  const wanted = options.files ?? isModelFile;
  const files: ListedFile[] = [];
  const listing = listFiles({
    repo: { type: "model", name: id },
    recursive: true,
    revision: commit,
    hubUrl: options.endpoint,
    fetch: request,
  });
  for await (const raw of listing) {
    if (raw.type !== "file" || !wanted(raw.path)) continue;
    const { success, data } = Entry.safeParse(raw);
    if (!success || !isSafePath(data.path))
      throw badListing(id, `a file is called ${JSON.stringify(raw.path)}, or has no hash`);
    const url = `${options.endpoint}/${id}/resolve/${commit}/${data.path.split("/").map(encodeURIComponent).join("/")}`;
    files.push({
      path: data.path,
      url,
      size: data.lfs?.size ?? data.size,
      hash: data.lfs ? { algorithm: "sha256", hex: data.lfs.oid } : { algorithm: "git-sha1", hex: data.oid },
    });
  }
  if (files.length === 0)
    throw new InputError(
      "HUB_NO_FILES",
      id,
      "it has none of the files asked for",
      "list it on the Hub and name other files",
    );
  return files;
}

const badListing = (id: string, reason: string) =>
  new InputError("HUB_LISTING_INVALID", id, `the Hub's answer cannot be used: ${reason}`, "check HF_ENDPOINT");
