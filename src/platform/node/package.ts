import { createRequire } from "node:module";
import * as z from "zod";

const Package = z.object({ version: z.string(), homepage: z.string().default("https://www.npmjs.com/package/fovea") });

/** What Fovea's own package.json says of it. */
export function fovea(): z.infer<typeof Package> {
  return Package.parse(createRequire(import.meta.url)("../../../package.json"));
}
