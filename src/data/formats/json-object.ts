import * as z from "zod";

/** An object of whatever values. */
export const JsonObject = z.record(z.string(), z.unknown());

/** A JSON object from outside; `undefined` if the text is not one. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JsonObject.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
