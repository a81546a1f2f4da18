import { vi } from "vitest";
import { platform } from "#platform";

/** Counts the sessions that are made from now on and not disposed of, until `vi.restoreAllMocks()`. */
export function countLiveSessions(): { readonly live: number } {
  const create = platform.createSession.bind(platform);
  const count = { live: 0 };
  vi.spyOn(platform, "createSession").mockImplementation(async (...args) => {
    const session = await create(...args);
    const dispose = session.dispose.bind(session);
    count.live++;
    vi.spyOn(session, "dispose").mockImplementation(() => {
      count.live--;
      return dispose();
    });
    return session;
  });
  return count;
}
