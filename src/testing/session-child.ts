import { platform } from "#platform";
import type { HostTensor, SessionOptions } from "../platform/session.ts";

/** What the process of {@link "./in-child.ts"} is sent. */
export interface Job {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  readonly options: SessionOptions;
}

/** What it answers: outputs, and by how many bytes the run raised the memory that the process has; or what went wrong. */
export type Answer =
  | { readonly results: Record<string, HostTensor>; readonly peakBytes: number }
  | { readonly code: string; readonly message: string };

async function work({ model, feeds, options }: Job): Promise<Answer> {
  try {
    const session = await platform.createSession(model, options);
    const before = process.memoryUsage.rss();
    const results = await session.run(feeds);
    const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
    await session.dispose();
    return { results, peakBytes };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { code, message: String(error) };
  }
}

process.on("message", (job: Job) => {
  void work(job).then((answer) => process.send?.(answer));
});
