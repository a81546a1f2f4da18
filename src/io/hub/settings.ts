/** Where models come from and where they are kept. */
export interface HubSettings {
  /** The Hub or a mirror of it, without a final slash. */
  readonly endpoint: string;
  /** The cache that all Hugging Face tools share. */
  readonly cacheDir: string;
  /** For private and gated models. */
  readonly token?: string;
}

/**
 * The settings that Hugging Face's own tools read from the environment: HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, HF_TOKEN.
 *
 * @param home the user's home folder.
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
export function hubSettings(environment: Readonly<Record<string, string | undefined>>, home: string): HubSettings {
  const read = (name: string) => environment[name]?.trim() || undefined; // an empty variable is an unset one
  const huggingFaceHome = read("HF_HOME") ?? `${read("XDG_CACHE_HOME") ?? `${home}/.cache`}/huggingface`;
  const token = read("HF_TOKEN");
  return {
    endpoint: (read("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    cacheDir: read("HF_HUB_CACHE") ?? `${huggingFaceHome}/hub`,
    ...(token !== undefined && { token }),
  };
}
