import type { Embedder } from "../eval/embedder.ts";
import type { StageContext } from "./stage-kind.ts";

/**
 * Holds what the stages of a plan open, and closes it, the last first.
 *
 * @example
 * await using resources = new StageResources(() => openEmbedder("clip-emoji"));
 * await curate(await loadPlan("laion", [], resources), { data, out });
 */
export class StageResources implements StageContext, AsyncDisposable {
  readonly #open: () => Promise<Embedder>;
  readonly #owned: AsyncDisposable[] = [];
  #embedder: Promise<Embedder> | undefined;

  /** @param openEmbedder opens the model that stages share; called once at most */
  constructor(openEmbedder: () => Promise<Embedder>) {
    this.#open = openEmbedder;
  }

  readonly embedder = (): Promise<Embedder> => (this.#embedder ??= this.#open().then(this.own));

  readonly own = <T extends AsyncDisposable>(resource: T): T => {
    this.#owned.push(resource);
    return resource;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#owned.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  }
}
