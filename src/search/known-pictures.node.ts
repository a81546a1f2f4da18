import { createHash } from "node:crypto";
import type { SourcePicture } from "./index-source.node.ts";
import type { PictureIndex } from "./picture-index.node.ts";

/** What an index knows of a picture. */
interface KnownPicture {
  readonly row: number;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly modified: number | null;
  readonly digest: string;
  /** Hash of its caption and metadata. */
  readonly description: string;
}

/** The pictures of an index, to tell which of the data's are new, and which are there no more. */
export class KnownPictures {
  readonly #byKey = new Map<string, KnownPicture>();
  readonly #byDigest = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #arrived = new Map<string, number>(); // pictures by digest that are known under other keys only

  /** Reads all pictures of an index. */
  static async of(index: PictureIndex): Promise<KnownPictures> {
    const known = new KnownPictures();
    for await (const group of index.pictures())
      for (const { row, picture } of group) {
        const { key, path, bytes, modified, digest } = picture;
        known.#byKey.set(key, { row, path, bytes, modified, digest, description: descriptionOf(picture) });
        known.#byDigest.set(digest, row);
      }
    return known;
  }

  /** Notes that the data has a key. @returns whether it had it before: keys are unique */
  isRepeated(key: string): boolean {
    const isRepeated = this.#seen.has(key);
    this.#seen.add(key);
    return isRepeated;
  }

  /** The row that a key has. */
  rowOf(key: string): number | undefined {
    return this.#byKey.get(key)?.row;
  }

  /** Whether a picture is as it was, as far as its file's size and time, caption and metadata say: without reading it. */
  isSameFile(picture: SourcePicture): boolean {
    const before = this.#byKey.get(picture.key);
    const { file } = picture;
    return (
      file !== undefined &&
      before?.path === file.path &&
      before.bytes === file.size &&
      before.modified === file.modified &&
      before.description === descriptionOf(picture)
    );
  }

  /** Whether a picture without a file of its own is as it was. */
  isSameData(picture: SourcePicture, digest: string): boolean {
    const before = this.#byKey.get(picture.key);
    const { file } = picture;
    return (
      file === undefined &&
      before?.path === null &&
      before.digest === digest &&
      before.description === descriptionOf(picture)
    );
  }

  /** The row of a picture of the same bytes, whose vector `key` gets. */
  rowToReuse(key: string, digest: string): number | undefined {
    const row = this.#byDigest.get(digest);
    if (row !== undefined && !this.#byKey.has(key)) this.#arrived.set(digest, (this.#arrived.get(digest) ?? 0) + 1);
    return row;
  }

  /** Rows whose keys the data no longer has, and how many of these pictures came under no other key. */
  unseen(): { readonly rows: number[]; readonly gone: number } {
    const left = new Map(this.#arrived);
    const unseen = [...this.#byKey].filter(([key]) => !this.#seen.has(key)).map(([, known]) => known);
    const gone = unseen.filter(({ digest }) => {
      const arrived = left.get(digest) ?? 0;
      left.set(digest, arrived - 1);
      return arrived <= 0;
    });
    return { rows: unseen.map(({ row }) => row), gone: gone.length };
  }
}

const descriptionOf = ({ caption, metadata }: { readonly caption: string; readonly metadata: string }): string =>
  createHash("sha256").update(caption).update("\0").update(metadata).digest("base64").slice(0, 24);
