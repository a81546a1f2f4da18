import { readList } from "../balance/metadata.node.ts";
import { parseItems } from "./concept-list.ts";

/**
 * Words of a file in lower case: one to a line, or a JSON array.
 * @throws {InputError} CONCEPTS_NOT_READABLE, CONCEPTS_INVALID, CONCEPTS_EMPTY
 */
export const readWords = async (path: string): Promise<ReadonlySet<string>> =>
  new Set(parseItems(await readList(path), path).map((word) => word.toLowerCase()));
