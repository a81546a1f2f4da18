import { limiter } from "../../platform/limiter.ts";
import { InputError } from "../../platform/error.ts";
import { captionOf } from "./answer.ts";
import type { Captioner } from "./captioner.ts";
import { dataUri } from "./data-uri.ts";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";

/** What is asked, if nothing else is. */
export const defaultPrompt = "Describe this picture in one plain sentence, as a caption. Name only what can be seen.";

/** A vision model behind an OpenAI-compatible endpoint. */
export interface EndpointCaptionerOptions extends EndpointOptions {
  /** The address up to `/chat/completions`, e.g. `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  /** The name by which the server knows the model. */
  readonly model: string;
  /** {@link defaultPrompt} if absent. */
  readonly prompt?: string;
  /** Of a caption; 128 if absent. */
  readonly maxTokens?: number;
  /** 0 for the likeliest caption; the default is 0 for one caption, 0.9 for several, which would be equal otherwise. */
  readonly temperature?: number;
  /** Requests at once; 4 if absent. */
  readonly concurrency?: number;
}

/**
 * Asks for captions at an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, LM Studio, OpenAI, Fovea's own server): a chat completion for
 * each, with the picture as a `data:` address. Several captions are several requests, for many servers know no `n`.
 *
 * @throws {InputError} CAPTIONER_ADDRESS_INVALID; when asked: CAPTIONER_REFUSED, CAPTIONER_REJECTED, CAPTIONER_UNREACHABLE,
 *   CAPTION_ANSWER_INVALID, CAPTION_DECLINED, and what decoding a picture throws
 */
export function endpointCaptioner(options: EndpointCaptionerOptions): Captioner {
  const { model, prompt = defaultPrompt, maxTokens = 128, concurrency = 4 } = options;
  const url = completionsUrl(options.baseUrl);
  const endpoint = new Endpoint(url, options);
  const atOnce = limiter(concurrency);
  return {
    name: model,
    concurrency,
    caption: async (image, count, signal) => {
      const picture = await dataUri(image);
      const request = {
        model,
        max_tokens: maxTokens,
        temperature: options.temperature ?? (count > 1 ? 0.9 : 0),
        messages: [
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: picture } },
              { type: "text", text: prompt },
            ],
          },
        ],
      };
      const read = (body: string): string => captionOf(body, url);
      const asked = Array.from({ length: count }, () =>
        atOnce(() => endpoint.post(request, read, { final: ["CAPTION_DECLINED"], signal })),
      );
      return Promise.all(asked);
    },
  };
}

function completionsUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InputError(
      "CAPTIONER_ADDRESS_INVALID",
      baseUrl,
      "it is no http or https address",
      "give the address up to /chat/completions, e.g. http://localhost:11434/v1",
    );
  url.pathname = `${url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "")}/chat/completions`;
  return url.href;
}
