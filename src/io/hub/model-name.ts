import { InputError } from "../../platform/error.ts";

/** A model on the Hub, as of a branch, tag or commit. */
export interface ModelName {
  /** `name` or `owner/name`. */
  readonly id: string;
  readonly revision: string;
}

/**
 * Reads `owner/name` or `owner/name@revision`; the revision is `main` if absent.
 *
 * @throws {InputError} HUB_NAME_INVALID
 */
export function parseModelName(text: string): ModelName {
  const [id = "", revision = "main", ...rest] = text.split("@");
  const valid = /^([\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(id) && !/--|\.\./.test(id);
  if (!valid || revision === "" || !isSafePath(revision) || rest.length > 0) {
    const found = `${JSON.stringify(text)} is not the name of a model`;
    throw new InputError("HUB_NAME_INVALID", "hub", found, "write it as owner/name or owner/name@revision");
  }
  return { id, revision };
}

/** Whether a path from the Hub stays below the folder that it is joined to, on Windows too. */
export function isSafePath(path: string): boolean {
  if (/[\\:\0]/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
