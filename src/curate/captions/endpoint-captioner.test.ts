import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say, startCaptionServer, type CaptionServer } from "../../testing/caption-server.ts";
import { endpointCaptioner, type EndpointCaptionerOptions } from "./endpoint-captioner.ts";

let server: CaptionServer;
let cat: Uint8Array;
beforeAll(async () => {
  cat = new Uint8Array(await readFile(join("fixtures", "data", "pictures", "cat.jpg")));
  const held: (() => void)[] = [];
  const later = (ms: number, work: () => void): void => void setTimeout(work, ms);
  server = await startCaptionServer({
    good: (response) => say(response, "A cat."),
    "three-at-once": (response, n) => {
      held.push(() => say(response, `Caption ${n}.`));
      if (held.length === 3 || n === 7) for (const answer of held.splice(0)) answer();
    },
    busy: (response, n) =>
      n < 3 ? response.writeHead(429, { "retry-after": "0" }).end("slow down") : say(response, "A cat."),
    "busy-for-long": (response) => response.writeHead(429, { "retry-after": "3600" }).end("come back later"),
    "busy-until": (response) =>
      response
        .writeHead(503, { date: "Sun, 06 Nov 1994 08:00:00 GMT", "retry-after": "Sun, 06 Nov 1994 10:00:00 GMT" })
        .end(),
    broken: (response) => response.writeHead(500).end("out of memory"),
    "hangs-once": (response, n) => (n > 1 ? say(response, "A cat.") : undefined),
    hangs: () => {},
    "hangs-in-the-middle": (response) => {
      response.writeHead(200).write('{"choices": [');
    },
    "hangs-up": (response) => response.destroy(),
    "hangs-up-in-the-middle": (response, n) => {
      if (n > 1) return say(response, "A cat.");
      response.writeHead(200, { "content-length": "1000" }).write('{"choices": [');
      later(5, () => response.destroy());
    },
    endless: (response) => {
      response.writeHead(200);
      const chunk = "x".repeat(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    },
    html: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome to nginx!</html>"),
    "other-json": (response) => response.writeHead(200).end('{"choices": []}'),
    "blank-once": (response, n) => say(response, n === 1 ? "  \n" : "A cat."),
    null: (response) => say(response, null),
    parts: (response) =>
      say(response, [
        { type: "text", text: "A " },
        { type: "text", text: "cat." },
      ]),
    thinks: (response) => say(response, '<think>What is it?\nA cat.</think>\n\n"A cat on\n a sofa."'),
    long: (response) => say(response, "A cat sits on a sofa. Behind it there is a windo", "length"),
    "too-long": (response) => say(response, "A cat that sits on a sofa behind whi", "length"),
    declines: (response) => say(response, "I'm sorry, but I can't help with that."),
    filtered: (response) => say(response, "", "content_filter"),
    "no-key": (response) => response.writeHead(401).end('{"error": "invalid api key"}'),
    moved: (response) => response.writeHead(301, { location: "https://elsewhere.example/v1" }).end(),
    "bad-picture": (response) => response.writeHead(400).end("cannot identify image file"),
  });
});
afterAll(() => server.close());

const captioner = (model: string, options: Partial<EndpointCaptionerOptions> = {}) =>
  endpointCaptioner({
    baseUrl: server.baseUrl,
    model,
    backoffMs: 1,
    timeoutMs: model.startsWith("hangs") ? 500 : 5000,
    retries: 2,
    ...options,
  });
const caption = async (model: string, options?: Partial<EndpointCaptionerOptions>) =>
  (await captioner(model, options).caption(cat, 1))[0];
const triesOf = (model: string): number => server.requests.filter((request) => request.model === model).length;

describe("what is sent", () => {
  test("the file as it is, the prompt, the key", async () => {
    expect(await caption("good", { apiKey: "secret", prompt: "What is it?", maxTokens: 20 })).toBe("A cat.");
    expect(server.requests.at(-1)).toEqual({
      model: "good",
      authorization: "Bearer secret",
      picture: `data:image/jpeg;base64,${Buffer.from(cat).toString("base64")}`,
      prompt: "What is it?",
      temperature: 0,
      maxTokens: 20,
    });
    await caption("good");
    expect(server.requests.at(-1)!.authorization).toBeUndefined();
  });

  test("the address may end with a slash, or be the whole one", async () => {
    expect(await caption("good", { baseUrl: `${server.baseUrl}/` })).toBe("A cat.");
    expect(await caption("good", { baseUrl: `${server.baseUrl}/chat/completions` })).toBe("A cat.");
    expect(() => endpointCaptioner({ baseUrl: "localhost:8080", model: "good" })).toThrow(
      expect.objectContaining({ code: "CAPTIONER_ADDRESS_INVALID", where: "localhost:8080" }),
    );
  });

  test("several captions are several requests, warm ones, and no more at once than allowed", async () => {
    const captions = await captioner("three-at-once", { concurrency: 3 }).caption(cat, 7);
    expect(captions.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `Caption ${n}.`));
    expect(server.requests.at(-1)!.temperature).toBe(0.9);
    expect(server.mostAtOnce).toBe(3);
  });
});

describe("a server in trouble", () => {
  test.each(["busy", "hangs-once", "hangs-up-in-the-middle", "blank-once"])(
    "%s: another try does it",
    async (model) => {
      expect(await caption(model)).toBe("A cat.");
      expect(triesOf(model)).toBe(model === "busy" ? 3 : 2);
    },
  );

  test.each([
    ["broken", 'the server answered 500 Internal Server Error: "out of memory", after 3 tries'],
    ["hangs", "there was no whole answer within 0.5 s, after 3 tries"],
    ["hangs-in-the-middle", "there was no whole answer within 0.5 s, after 3 tries"],
    ["hangs-up", "other side closed, after 3 tries"],
  ])("%s: gives up after all tries", async (model, found) => {
    await expect(caption(model)).rejects.toMatchObject({ code: "CAPTIONER_UNREACHABLE", found });
    expect(triesOf(model)).toBe(3);
  });

  test.each([
    ["busy-for-long", "asks for a pause of 3600 s, after 1 try"],
    ["busy-until", "asks for a pause of 7200 s, after 1 try"],
  ])("%s: does not wait for hours", async (model, found) => {
    await expect(caption(model)).rejects.toMatchObject({
      code: "CAPTIONER_UNREACHABLE",
      found: expect.stringContaining(found),
    });
  });

  test("no server at all", async () => {
    const gone = await startCaptionServer({});
    await gone.close();
    await expect(caption("good", { baseUrl: gone.baseUrl })).rejects.toMatchObject({
      code: "CAPTIONER_UNREACHABLE",
      found: expect.stringMatching(/ECONNREFUSED.*, after 3 tries/),
    });
  });

  test("stops at once when it is told to, also while it waits for another try", async () => {
    const stop = new AbortController();
    const asked = captioner("broken", { backoffMs: 60_000 }).caption(cat, 1, stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(asked).rejects.toThrow(/abort/);
    const hanging = captioner("hangs", { timeoutMs: 60_000 }).caption(cat, 1, AbortSignal.timeout(50));
    await expect(hanging).rejects.toThrow(/timeout/);
  });
});

describe("answers that are no captions", () => {
  test.each([
    ["html", /no chat completion: "<html>Welcome to nginx!<\/html>"/],
    ["other-json", /no chat completion/],
    ["null", /the model wrote nothing/],
    ["endless", /the answer is longer than 1048576 bytes/],
    ["too-long", /cut off in its first sentence: "A cat that sits/],
  ])("%s: tried again, then said what it was", async (model, found) => {
    await expect(caption(model)).rejects.toMatchObject({
      code: "CAPTION_ANSWER_INVALID",
      found: expect.stringMatching(found),
    });
    expect(triesOf(model)).toBe(3);
  });

  test.each(["declines", "filtered"])("%s: not tried again", async (model) => {
    await expect(caption(model)).rejects.toMatchObject({ code: "CAPTION_DECLINED" });
    expect(triesOf(model)).toBe(1);
  });

  test.each([
    ["no-key", "CAPTIONER_REFUSED", /401 Unauthorized: .*invalid api key/],
    ["unknown", "CAPTIONER_REFUSED", /404 Not Found: "no unknown at/],
    ["moved", "CAPTIONER_REFUSED", /301 Moved Permanently to https:\/\/elsewhere\.example\/v1/],
    ["bad-picture", "CAPTIONER_REJECTED", /400 Bad Request: "cannot identify image file"/],
  ])("%s: not tried again", async (model, code, found) => {
    await expect(caption(model)).rejects.toMatchObject({ code, found: expect.stringMatching(found) });
    expect(triesOf(model)).toBe(1);
  });
});

test.each([
  ["parts", "A cat."],
  ["thinks", "A cat on a sofa."],
  ["long", "A cat sits on a sofa."],
])("%s: the caption is taken out of what was said", async (model, expected) => {
  expect(await caption(model)).toBe(expected);
});
