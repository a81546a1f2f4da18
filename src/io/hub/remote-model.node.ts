import { listFiles, modelInfo } from "@huggingface/hub";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import type { RemoteFile } from "./download.node.ts";
import { HubStatusError } from "./hub-error.node.ts";
import { isSafePath } from "./model-name.ts";
import type { HubSettings } from "./settings.ts";

/** A file of a model's repository. */
export interface ListedFile extends RemoteFile {
  readonly path: string;
}

const Info = z.looseObject({ sha: z.string().regex(/^[0-9a-f]{40}$/) });

const Entry = z.looseObject({
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.looseObject({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

const Discussion = z.looseObject({
  num: z.int().positive(),
  title: z.string(),
  status: z.string(),
  isPullRequest: z.boolean(),
  author: z.looseObject({ name: z.string() }).optional(), // none where the account was deleted
});
/** A pull request on the Hub, or a discussion. */
export type Discussion = z.infer<typeof Discussion>;

const DiscussionPage = z.looseObject({
  discussions: z.array(Discussion),
  count: z.int().nonnegative(),
  start: z.int().nonnegative(),
});

/** What the Hub tells about one model. Each method throws {InputError} HUB_LISTING_INVALID, and what {@link explainHubError} takes. */
export class RemoteModel {
  readonly id: string;
  readonly fetch: typeof fetch;
  readonly #endpoint: string;

  constructor(id: string, settings: HubSettings) {
    this.id = id;
    this.fetch = authorized(settings);
    this.#endpoint = settings.endpoint;
  }

  /** The commit that a branch, tag or `refs/pr/N` is at. */
  async commitOf(revision: string): Promise<string> {
    const info = await modelInfo({
      name: this.id,
      revision,
      hubUrl: this.#endpoint,
      fetch: this.fetch,
      additionalFields: ["sha"],
    });
    const parsed = Info.safeParse(info);
    if (!parsed.success) throw this.#badAnswer("it names no commit");
    return parsed.data.sha;
  }

  /** The files of a commit that are `wanted`. */
  async filesOf(commit: string, wanted: (path: string) => boolean): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    const listing = listFiles({
      repo: { type: "model", name: this.id },
      recursive: true,
      revision: commit,
      hubUrl: this.#endpoint,
      fetch: this.fetch,
    });
    for await (const raw of listing) {
      if (raw.type !== "file" || !wanted(raw.path)) continue;
      const { success, data } = Entry.safeParse(raw);
      if (!success || !isSafePath(data.path))
        throw this.#badAnswer(`a file is called ${JSON.stringify(raw.path)}, or has no hash`);
      const path = data.path.split("/").map(encodeURIComponent).join("/");
      files.push({
        path: data.path,
        url: `${this.#endpoint}/${this.id}/resolve/${commit}/${path}`,
        size: data.lfs?.size ?? data.size,
        hash: data.lfs ? { algorithm: "sha256", hex: data.lfs.oid } : { algorithm: "git-sha1", hex: data.oid },
      });
    }
    return files;
  }

  /** Pull requests of an author, as far as the Hub tells; none where discussions are turned off or unknown, as on some mirrors. */
  async pullRequestsOf(author: string): Promise<Discussion[]> {
    const found: Discussion[] = [];
    for (let page = 0; ; page++) {
      const query = new URLSearchParams({ type: "pull_request", author, p: String(page) });
      const response = await this.fetch(`${this.#endpoint}/api/models/${this.id}/discussions?${query.toString()}`);
      if (response.status === 403 || response.status === 404) return [];
      if (!response.ok) throw new HubStatusError(response.status);
      const parsed = DiscussionPage.safeParse(await response.json());
      if (!parsed.success) throw this.#badAnswer("it lists no pull requests");
      const { discussions, start, count } = parsed.data;
      found.push(...discussions.filter((each) => each.isPullRequest && each.author?.name === author)); // not all know the query
      if (discussions.length === 0 || start + discussions.length >= count) return found;
    }
  }

  #badAnswer(reason: string): InputError {
    const found = `the Hub's answer cannot be used: ${reason}`;
    return new InputError("HUB_LISTING_INVALID", this.id, found, "check HF_ENDPOINT");
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
