import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** A request as it came. */
export interface CaptionRequest {
  readonly model: string;
  readonly authorization: string | undefined;
  readonly picture: string;
  readonly prompt: string;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** An OpenAI-compatible endpoint that does as the requested model's name says. */
export interface CaptionServer {
  /** Up to `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly CaptionRequest[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number;
  readonly close: () => Promise<void>;
}

const Body = z.object({
  model: z.string(),
  max_tokens: z.number(),
  temperature: z.number(),
  messages: z.tuple([
    z.object({
      role: z.literal("user"),
      content: z.tuple([
        z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string() }) }),
        z.object({ type: z.literal("text"), text: z.string() }),
      ]),
    }),
  ]),
});

/** What a model of this name does with its `n`-th request, counted from 1. */
export type Behaviour = (response: ServerResponse, n: number, request: CaptionRequest) => void;

/** Starts a server on a free port of this machine. */
export async function startCaptionServer(behaviours: Readonly<Record<string, Behaviour>>): Promise<CaptionServer> {
  const requests: CaptionRequest[] = [];
  let [atOnce, mostAtOnce] = [0, 0];
  const server = createServer((incoming, response) => {
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.on("close", () => atOnce--);
    void answer(incoming, response);
  });
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model, max_tokens, temperature, messages } = Body.parse(JSON.parse(await read(incoming)));
    const [picture, prompt] = messages[0].content;
    const request: CaptionRequest = {
      model,
      authorization: incoming.headers.authorization,
      picture: picture.image_url.url,
      prompt: prompt.text,
      temperature,
      maxTokens: max_tokens,
    };
    requests.push(request);
    const behave = incoming.url === "/v1/chat/completions" ? behaviours[model] : undefined;
    if (behave === undefined) response.writeHead(404).end(`no ${model} at ${incoming.url}`);
    else behave(response, requests.filter((one) => one.model === model).length, request);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with a caption, as a well-behaved server does. */
export const say = (response: ServerResponse, content: unknown, finishReason = "stop"): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(
    JSON.stringify({
      id: "x",
      choices: [{ index: 0, finish_reason: finishReason, message: { role: "assistant", content } }],
    }),
  );
};

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
