import { InputError } from "../../platform/error.ts";
import { writing } from "../../platform/node/writing.ts";
import { CachedModel, fileSize, isCommit } from "./cache.node.ts";
import { findConversion, isOtherWeights, isSafetensors } from "./conversion.node.ts";
import { download } from "./download.node.ts";
import { explainHubError } from "./hub-error.node.ts";
import { parseModelName } from "./model-name.ts";
import { RemoteModel, type ListedFile } from "./remote-model.node.ts";
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
  /** Which files to fetch, by path; if absent a whole model: what {@link isModelFile} takes, and weights in safetensors. */
  readonly files?: (path: string) => boolean;
  /** Told the pull request from which the weights are, as `refs/pr/N`, if the revision itself has no safetensors. */
  readonly onConversion?: (revision: string) => void;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a model needs to run here: its configuration, tokenizer and safetensors, not the same weights in other formats. */
export const isModelFile = (path: string): boolean =>
  !path.includes("/") && /\.(json|txt|model|jinja|safetensors|md)$/.test(path);

/**
 * Fetches a model into the cache, whatever part of it is not there yet. Weights that the revision holds in another format
 * only are taken in safetensors from the pull request that {@link findConversion} finds.
 *
 * @param name `owner/name` or `owner/name@revision`
 * @returns    the folder that holds its files by name
 * @throws {InputError} HUB_NAME_INVALID, HUB_OFFLINE, HUB_DENIED, HUB_NOT_FOUND, HUB_FAILED, HUB_NO_FILES,
 *   HUB_NO_SAFETENSORS, HUB_LISTING_INVALID, HUB_INTERRUPTED, HUB_HASH_MISMATCH, FILE_NOT_WRITABLE
 */
export async function pull(name: string, options: PullOptions): Promise<string> {
  const { id, revision } = parseModelName(name);
  const remote = new RemoteModel(id, options);
  try {
    const commit = await remote.commitOf(revision);
    const files = await filesOf(remote, commit, options);
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
        await writing(blob, () =>
          download(file, blob, { fetch: remote.fetch, signal: options.signal, onBytes: report }),
        );
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

async function filesOf(remote: RemoteModel, commit: string, options: PullOptions): Promise<ListedFile[]> {
  const files = await remote.filesOf(commit, options.files ?? isModelFile);
  if (!options.files && !files.some(({ path }) => isSafetensors(path))) {
    const others = await remote.filesOf(commit, isOtherWeights);
    if (others.length > 0) {
      const conversion = await findConversion(remote, commit, others);
      options.onConversion?.(conversion.revision);
      files.push(...conversion.files);
    }
  }
  if (files.length > 0) return files;
  throw new InputError(
    "HUB_NO_FILES",
    remote.id,
    "it has none of the files asked for",
    "list it on the Hub and name other files",
  );
}
