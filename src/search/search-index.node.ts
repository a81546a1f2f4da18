import { InputError } from "../platform/error.ts";
import { openGraph, type OpenGraph } from "./approximate.node.ts";
import type { FoundRow } from "./best-rows.ts";
import { BlockProducts } from "./block-products.ts";
import { searchBlocks } from "./exact-search.ts";
import type { IndexedPicture } from "./index-format.ts";
import { fileAt } from "./index-source.node.ts";
import { MetadataFilter } from "./metadata-filter.node.ts";
import type { PictureIndex } from "./picture-index.node.ts";

/** Whether every row is compared, or a graph is walked; by itself the graph, if there is one and no condition. */
export type SearchMethod = "auto" | "exact" | "approximate";

/** What a search should find. */
export interface SearchOptions {
  /** Pictures for each query at most; 10 if absent. */
  readonly count?: number;
  /** A condition on metadata in SQL, as {@link MetadataFilter.rows} takes it. */
  readonly where?: string;
  /** `auto` if absent. */
  readonly method?: SearchMethod;
  /** Whether files are looked at, to leave out those that are gone and mark those that changed; true if absent. */
  readonly checkFiles?: boolean;
}

/** A picture that a search found. */
export interface SearchHit extends IndexedPicture {
  readonly row: number;
  /** Inner product with the query: the cosine similarity, if the query has unit length. */
  readonly score: number;
  /** Where its file is; absent if it has none of its own. */
  readonly file?: string;
  /** Whether the file changed since it was indexed. */
  readonly isChanged: boolean;
}

/** What a search found. */
export interface SearchResult {
  /** For each query, best first. */
  readonly hits: readonly (readonly SearchHit[])[];
  /** Keys of pictures that would have been found, but whose files are gone. */
  readonly missing: readonly string[];
  readonly method: "exact" | "approximate";
}

/** Searches an index. Free it when done. */
export class IndexSearcher {
  readonly #index: PictureIndex;
  readonly #products: BlockProducts;
  #filter: Promise<MetadataFilter> | undefined;
  #graph: Promise<OpenGraph | undefined> | undefined;

  /** @param threads that compare; all cores if absent */
  constructor(index: PictureIndex, { threads }: { readonly threads?: number } = {}) {
    this.#index = index;
    this.#products = new BlockProducts(index.manifest.width, threads);
  }

  /**
   * Finds the pictures nearest to each query.
   *
   * @param queries `[queries, width]` of the model that made the index
   * @throws {InputError} WHERE_INVALID, DUCKDB_MISSING, GRAPH_MISSING, INDEX_CORRUPT
   */
  async search(queries: Float32Array, options: SearchOptions = {}): Promise<SearchResult> {
    const { count = 10, where, method = "auto", checkFiles = true } = options;
    if (this.#index.count === 0)
      return {
        hits: Array.from({ length: queries.length / this.#index.manifest.width }, () => []),
        missing: [],
        method: "exact",
      };
    const rows = where === undefined ? undefined : await (await this.#metadata()).rows(where);
    const isAllowed = (row: number): boolean => this.#index.isAlive(row) && (rows?.has(row) ?? true);
    const graph = rows !== undefined || method === "exact" ? undefined : await this.#openGraph();
    if (method === "approximate" && graph === undefined) throw this.#graphMissing(where !== undefined);
    const missing = new Set<string>();
    // Pictures that are gone make room for others: ask for more until there are enough, or no more.
    for (let most = count; ; most *= 4) {
      const found = await this.#find(queries, Math.min(most, this.#index.rows), graph, isAllowed);
      const look = await this.#looker(found.flat(), checkFiles);
      const hits: SearchHit[][] = [];
      for (const rows of found) hits.push(await this.#take(rows, count, look, missing));
      const isAll = (i: number): boolean => graph === undefined && found[i]!.length < most;
      const isEnough = hits.every((of, i) => of.length === count || isAll(i));
      if (isEnough || most >= this.#index.rows)
        return { hits, missing: [...missing], method: graph === undefined ? "exact" : "approximate" };
    }
  }

  /** Frees sessions and database. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#products[Symbol.asyncDispose]();
    (await this.#filter)?.[Symbol.dispose]();
  }

  async #find(
    queries: Float32Array,
    count: number,
    graph: OpenGraph | undefined,
    isAllowed: (row: number) => boolean,
  ): Promise<FoundRow[][]> {
    const { width } = this.#index.manifest;
    if (graph === undefined)
      return searchBlocks(this.#index.blocks(), queries, { width, count, products: this.#products, isAllowed });
    return Array.from({ length: queries.length / width }, (_, i) =>
      graph.search(queries.subarray(i * width, (i + 1) * width), count).filter(({ row }) => isAllowed(row)),
    );
  }

  /** Looks a row up: its picture, and how its file is now. Rows are read, and files looked at, once. */
  async #looker(rows: readonly FoundRow[], checkFiles: boolean): Promise<Look> {
    const unique = [...new Set(rows.map(({ row }) => row))];
    const pictures = await this.#index.picturesOf(unique);
    const byRow = new Map(unique.map((row, i) => [row, pictures[i]!]));
    const states = new Map<string, Promise<FileState>>();
    const stateOf = (file: string | undefined, picture: IndexedPicture): FileState | Promise<FileState> => {
      if (!checkFiles || file === undefined) return "same";
      const state = states.get(file) ?? stateOfFile(file, picture);
      states.set(file, state);
      return state;
    };
    return async ({ row, score }) => {
      const picture = byRow.get(row)!;
      const file = this.#index.fileOf(picture);
      const state = await stateOf(file, picture);
      return {
        state,
        hit: { ...picture, row, score, ...(file !== undefined && { file }), isChanged: state === "changed" },
      };
    };
  }

  /** The first `count` rows whose files are there. */
  async #take(rows: readonly FoundRow[], count: number, look: Look, missing: Set<string>): Promise<SearchHit[]> {
    const hits: SearchHit[] = [];
    for (const row of rows) {
      if (hits.length === count) break;
      const { state, hit } = await look(row);
      if (state === "gone") missing.add(hit.key);
      else hits.push(hit);
    }
    return hits;
  }

  #metadata(): Promise<MetadataFilter> {
    return (this.#filter ??= MetadataFilter.open(this.#index));
  }

  #openGraph(): Promise<OpenGraph | undefined> {
    return (this.#graph ??= openGraph(this.#index));
  }

  #graphMissing(isFiltered: boolean): InputError {
    const [found, mend] = isFiltered
      ? ["with a condition on metadata every row is compared", "leave the method to the search"]
      : [
          "the index has no graph of all its rows, or usearch is not installed",
          "run `fovea index` with --graph-from 1",
        ];
    return new InputError("GRAPH_MISSING", this.#index.path, found, mend);
  }
}

type FileState = "same" | "changed" | "gone";
type Look = (found: FoundRow) => Promise<{ readonly state: FileState; readonly hit: SearchHit }>;

async function stateOfFile(file: string, { bytes, modified }: IndexedPicture): Promise<FileState> {
  const there = await fileAt(file);
  if (there === undefined) return "gone";
  return there.size === bytes && there.modified === modified ? "same" : "changed";
}

/** Files of a data set whose pictures have none of their own (shards, Parquet) that changed since it was indexed, or are gone. */
export async function changedSources({ manifest }: PictureIndex): Promise<string[]> {
  const looked = await Promise.all(
    manifest.sourceFiles.map(async ({ path, size, modified }) => {
      const there = await fileAt(path);
      return there?.size === size && there.modified === modified ? [] : [path];
    }),
  );
  return looked.flat();
}
