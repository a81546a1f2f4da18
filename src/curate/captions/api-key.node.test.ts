import { expect, test } from "vitest";
import { apiKey } from "./api-key.node.ts";

test("OpenAI's key goes to OpenAI alone, over TLS", () => {
  const environment = { OPENAI_API_KEY: "secret" };
  expect(apiKey(environment, "https://api.openai.com/v1")).toBe("secret");
  for (const other of [
    "https://api.openai.com.example.org/v1",
    "http://api.openai.com/v1",
    "http://127.0.0.1:8000/v1",
    "no address",
  ])
    expect(apiKey(environment, other)).toBeUndefined();
});

test("the key that is meant for any endpoint goes to any, before OpenAI's", () => {
  const environment = { OPENAI_API_KEY: "secret", FOVEA_API_KEY: "own" };
  expect(apiKey(environment, "http://127.0.0.1:8000/v1")).toBe("own");
  expect(apiKey(environment, "https://api.openai.com/v1")).toBe("own");
  expect(apiKey({}, "https://api.openai.com/v1")).toBeUndefined();
});
