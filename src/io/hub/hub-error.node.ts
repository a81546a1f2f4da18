import { HubApiError } from "@huggingface/hub";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";

/** An HTTP status of the Hub that is no success. */
export class HubStatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Says what to do about anything that talking to the Hub about `model` threw; errors of other origin stay as they are. */
export function explainHubError(cause: unknown, model: string, endpoint: string): unknown {
  const error = (code: string, found: string, mend: string) => new InputError(code, model, found, mend, { cause });
  if (cause instanceof TypeError && cause.cause !== undefined) {
    // `fetch` reports every network error so
    const found = `${endpoint} cannot be reached (${reasonOf(cause)})`;
    return error(
      "HUB_OFFLINE",
      found,
      "connect to the network, set HF_ENDPOINT to a mirror, or give the model's folder",
    );
  }
  if (cause instanceof SyntaxError)
    return error("HUB_LISTING_INVALID", `${endpoint} does not answer in JSON`, "check HF_ENDPOINT");
  const status = cause instanceof HubApiError ? cause.statusCode : cause instanceof HubStatusError ? cause.status : 0;
  if (status === 401 || status === 403) {
    const found = `${endpoint} answered ${status}: the model is private or gated, or there is none of that name`;
    return error("HUB_DENIED", found, `check the name, accept the terms at ${endpoint}/${model}, and set HF_TOKEN`);
  }
  if (status === 404)
    return error("HUB_NOT_FOUND", `${endpoint} has no such model, revision or file`, "check the spelling");
  return status === 0 ? cause : error("HUB_FAILED", `${endpoint} answered ${status}`, "try again later");
}
