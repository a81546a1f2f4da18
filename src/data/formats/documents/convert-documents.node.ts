import { InputError } from "../../../platform/error.ts";
import { takeFirst } from "../../stream.ts";
import type { Converted } from "../convert-data.node.ts";
import { DropCounts } from "../drop-counts.ts";
import { isWithin } from "../write/expect-nothing.node.ts";
import { openDocuments, type OpenDocumentsOptions } from "./open-documents.node.ts";
import { writeDocuments, type WriteDocumentsOptions } from "./write-documents.node.ts";

/** How documents are converted. */
export interface ConvertDocumentsOptions
  extends Omit<OpenDocumentsOptions, "onDrop">, Omit<WriteDocumentsOptions, "onDrop"> {
  /** Stops after this many documents. */
  readonly limit?: number;
}

/**
 * Reads interleaved documents and writes them in the other layout: {@link openDocuments} and {@link writeDocuments} in one call.
 * @throws {InputError} DATA_EXISTS if one is within the other, and what reading and writing throw
 */
export async function convertDocuments(
  source: string,
  path: string,
  options: ConvertDocumentsOptions,
): Promise<Converted> {
  if (isWithin(source, path) || isWithin(path, source))
    throw new InputError("DATA_EXISTS", path, `it is within ${source}, or the other way round`, "choose another place");
  const drops = new DropCounts();
  const documents = openDocuments(source, { ...options, onDrop: drops.add });
  const written = await writeDocuments(takeFirst(documents, options.limit ?? Infinity), path, {
    ...options,
    onDrop: drops.add,
  });
  return { written, drops };
}
