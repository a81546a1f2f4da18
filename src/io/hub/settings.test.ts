import { expect, test } from "vitest";
import { hubSettings } from "./settings.ts";

const hub = "https://huggingface.co";

test.each([
  [{}, { endpoint: hub, cacheDir: "/home/me/.cache/huggingface/hub" }],
  [{ XDG_CACHE_HOME: "/x" }, { endpoint: hub, cacheDir: "/x/huggingface/hub" }],
  [
    { HF_HOME: "/h", XDG_CACHE_HOME: "/x" },
    { endpoint: hub, cacheDir: "/h/hub" },
  ],
  [
    { HF_HUB_CACHE: "/c", HF_HOME: "/h" },
    { endpoint: hub, cacheDir: "/c" },
  ],
  [
    { HF_ENDPOINT: "https://mirror.example/", HF_TOKEN: " hf_a\n", HF_HOME: "" },
    { endpoint: "https://mirror.example", cacheDir: "/home/me/.cache/huggingface/hub", token: "hf_a" },
  ],
])("%j", (environment, settings) => {
  expect(hubSettings(environment, "/home/me")).toEqual(settings);
});
