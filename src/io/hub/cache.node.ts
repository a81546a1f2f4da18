import { copyFile, readFile, rm, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { writeAtomic } from "../../platform/node/files.ts";
import { makeFolder } from "../../platform/node/writing.ts";

/**
 * One model in the cache that all Hugging Face tools share: `blobs/HASH` hold the files' bytes, `snapshots/COMMIT/` the
 * files by name as links to blobs, `refs/REVISION` the commit of a branch or tag.
 * @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class CachedModel {
  readonly #root: string;

  constructor(cacheDir: string, id: string) {
    this.#root = join(cacheDir, `models--${id.replaceAll("/", "--")}`);
  }

  /** Path of the blob of a hash; its folder exists. */
  async blob(hash: string): Promise<string> {
    const folder = join(this.#root, "blobs");
    await makeFolder(folder);
    return join(folder, hash);
  }

  /** The folder of a commit's files. */
  snapshot(commit: string): string {
    return join(this.#root, "snapshots", commit);
  }

  /** Makes a blob readable as file `name` of a commit. */
  async link(blob: string, commit: string, name: string): Promise<void> {
    const path = join(this.snapshot(commit), name);
    await makeFolder(dirname(path));
    await rm(path, { force: true });
    try {
      await symlink(relative(dirname(path), blob), path);
    } catch {
      await copyFile(blob, path); // Windows without the right to make links
    }
  }

  /** Notes which commit a branch or tag is at. */
  async writeRef(revision: string, commit: string): Promise<void> {
    const path = join(this.#root, "refs", revision);
    await makeFolder(dirname(path));
    await writeAtomic(path, commit);
  }

  /** The commit of a branch, tag or commit, if the cache knows it. */
  async commitOf(revision: string): Promise<string | undefined> {
    const ref = await readFile(join(this.#root, "refs", revision), "utf8").catch(() => revision);
    const commit = ref.trim();
    return isCommit(commit) && (await isFolder(this.snapshot(commit))) ? commit : undefined;
  }
}

/** Whether a revision is a full commit id. */
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** Bytes of a file, links followed; `undefined` if there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}

/** Whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
