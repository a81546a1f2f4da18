import { expect, test } from "vitest";
import { HostQueue } from "./host-queue.ts";

/** A work that ends when it is told to. */
function work(name: string, started: string[]): { readonly run: () => Promise<string>; readonly end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    run: async () => {
      started.push(name);
      await ended;
      return name;
    },
    end: () => end(),
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test("limits in all and for each host; hosts take turns", async () => {
  using queue = new HostQueue({ concurrency: 3, perHost: 2 });
  const started: string[] = [];
  const works = ["a1", "a2", "a3", "b1", "b2", "c1"].map((name) => work(name, started));
  const results = works.map((one, i) => queue.run("aaabbc"[i]!, one.run));
  await settle();
  expect(started).toEqual(["a1", "a2", "b1"]); // a3 waits for its host, the others for a place
  works[3]!.end();
  await settle();
  expect(started.slice(3)).toEqual(["b2"]); // the host whose turn came first
  works[0]!.end();
  await settle();
  expect(started.slice(4)).toEqual(["c1"]); // a's turn comes after c's
  for (const one of works) one.end();
  expect(await Promise.all(results)).toEqual(["a1", "a2", "a3", "b1", "b2", "c1"]);
});

test("a pause holds one host up, and no other", async () => {
  using queue = new HostQueue({ concurrency: 10, perHost: 10 });
  const started: string[] = [];
  queue.pause("a", 60);
  const begun = performance.now();
  const a = queue.run("a", async () => {
    started.push("a");
    return performance.now() - begun;
  });
  const b = queue.run("b", async () => void started.push("b"));
  await b;
  expect(started).toEqual(["b"]);
  expect(await a).toBeGreaterThan(55);
});

test("a work that throws gives its place back", async () => {
  using queue = new HostQueue({ concurrency: 1, perHost: 1 });
  const failing = queue.run("a", () => Promise.reject(new Error("no")));
  const next = queue.run("a", async () => "next");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("next");
});

test("calm when no more wait than may run", async () => {
  using queue = new HostQueue({ concurrency: 2, perHost: 2 });
  await queue.calm();
  const works = Array.from({ length: 6 }, (_, i) => work(String(i), []));
  const results = works.map((one) => queue.run("a", one.run)); // two run, four wait
  let isCalm = false;
  const calm = queue.calm().then(() => (isCalm = true));
  works[0]!.end();
  await settle();
  expect(isCalm).toBe(false);
  works[1]!.end();
  await calm;
  for (const one of works) one.end();
  await Promise.all(results);
});
