/** The endpoint's key in an environment: `FOVEA_API_KEY`, or else `OPENAI_API_KEY`; `undefined` for servers that ask for none. */
export const apiKey = (environment: NodeJS.ProcessEnv): string | undefined =>
  environment["FOVEA_API_KEY"] ?? environment["OPENAI_API_KEY"];
