/** OpenAI's own server: the only one that is sent OpenAI's key. */
const openAiHost = "api.openai.com";

/**
 * The key for an endpoint, from an environment: `FOVEA_API_KEY`, which is meant for whatever endpoint the user names, or
 * else `OPENAI_API_KEY` if the endpoint is OpenAI's own over TLS. A plan from a stranger names an endpoint too, and must
 * not be sent a key that is meant for OpenAI.
 *
 * @returns `undefined` for servers that are to get none
 */
export function apiKey(environment: NodeJS.ProcessEnv, endpoint: string): string | undefined {
  if (environment["FOVEA_API_KEY"] !== undefined) return environment["FOVEA_API_KEY"];
  const { protocol, hostname } = URL.canParse(endpoint) ? new URL(endpoint) : { protocol: "", hostname: "" };
  return protocol === "https:" && hostname === openAiHost ? environment["OPENAI_API_KEY"] : undefined;
}
