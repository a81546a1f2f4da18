import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.ts";
import type { Thread } from "../platform.ts";
import { threads } from "./threads.ts";

let program: string;
let owner: string;
beforeAll(async () => {
  program = await bundleProgram("answering.node.ts");
  owner = await bundleProgram("thread-owner.node.ts");
});
afterAll(() => Promise.all([program, owner].map((path) => rm(path))));

async function withThread(work: (thread: Thread) => Promise<void>): Promise<void> {
  const thread = threads.start(pathToFileURL(program));
  if (thread === undefined) throw new Error("it was not started");
  try {
    await work(thread);
  } finally {
    thread.end();
  }
}

describe("a thread", () => {
  test("answers in turn, those questions too that it was asked before it started", () =>
    withThread(async (thread) => {
      expect(thread.isReady()).toBe(false);
      const answers = Promise.all([1, 2, 3].map((n) => thread.ask({ echo: n }, () => `${n}`)));
      expect(thread.waiting).toBe(3);
      expect(await answers).toEqual([1, 2, 3]);
      expect(thread.isReady()).toBe(true);
      expect(thread.waiting).toBe(0);
    }));

  test("shares memory that is made for it, and is given what is moved", () =>
    withThread(async (thread) => {
      const moved = Uint8Array.of(1, 2, 3);
      expect(await thread.ask({ echo: moved }, () => "three bytes", [moved.buffer])).toEqual(Uint8Array.of(1, 2, 3));
      expect(moved).toHaveLength(0);
      const shared = new Uint8Array(new SharedArrayBuffer(1));
      const same = await thread.ask({ echo: shared }, () => "one byte");
      shared[0] = 7;
      expect(same).toEqual(Uint8Array.of(7));
    }));

  test("throws where it was asked, and goes on", () =>
    withThread(async (thread) => {
      const failing = thread.ask({ fail: "cat.jpg: too small" }, () => "cat.jpg");
      const next = thread.ask({ echo: "dog" }, () => "dog.jpg");
      await expect(failing).rejects.toThrow(new RangeError("cat.jpg: too small"));
      expect(await next).toBe("dog");
    }));

  test("that ends says what it was working on, and so does every later question", () =>
    withThread(async (thread) => {
      const [ending, waiting] = [
        thread.ask({ exit: 3 }, () => "cat.jpg, dog.jpg"),
        thread.ask({ echo: 1 }, () => "owl.jpg"),
      ];
      const message = (what: string): string =>
        `${what}: the thread that worked on it ended: exit code 3\n  mend: use fewer threads if memory is short; ` +
        "else leave these out one by one to find what ends it";
      await expect(ending).rejects.toMatchObject({ code: "THREAD_ENDED", message: message("cat.jpg, dog.jpg") });
      await expect(waiting).rejects.toMatchObject({ code: "THREAD_ENDED", message: message("owl.jpg") });
      await expect(thread.ask({ echo: 1 }, () => "fox.jpg")).rejects.toMatchObject({ message: message("fox.jpg") });
      expect(() => thread.isReady()).toThrow(message("worker thread"));
    }));

  test("that is told to end answers what it was asked, and no more", () =>
    withThread(async (thread) => {
      const asked = thread.ask({ echo: 1 }, () => "cat.jpg");
      thread.end();
      await expect(thread.ask({ echo: 1 }, () => "dog.jpg")).rejects.toMatchObject({
        code: "THREAD_ENDED",
        message: expect.stringContaining("dog.jpg: the thread that worked on it ended: it was told to end"),
      });
      expect(await asked).toBe(1);
    }));

  test.skipIf(process.platform !== "linux")("those that are told to end are gone soon", async () => {
    const count = (): number => readdirSync("/proc/self/task").length;
    const started = Array.from({ length: 4 }, () => threads.start(pathToFileURL(program)));
    for (const thread of started) await thread?.ask({ echo: 1 }, () => "cat.jpg");
    const most = count();
    for (const thread of started) thread?.end();
    await vi.waitFor(() => expect(count()).toBeLessThanOrEqual(most - started.length), { timeout: 20_000 });
  });

  test("is not there if its program is not", () => {
    expect(threads.start(pathToFileURL(`${program}.gone`))).toBeUndefined();
  });
});

test.each([
  ["idle", [], ""],
  ["asked", ["owl"], "owl"],
])("a process waits for answers, not for threads: %s", async (_, questions, printed) => {
  const { stdout } = await promisify(execFile)(process.execPath, [owner, program, ...questions], { timeout: 20_000 });
  expect(stdout).toBe(printed);
});
