import { createRequire } from "node:module";
import * as z from "zod";

const Package = z.object({ version: z.string(), homepage: z.string().default("https://www.npmjs.com/package/fovea") });

/**
 * What a download says of itself: `fovea/VERSION (+WHERE)`. It never claims to be a browser.
 * @param contact where those who run the servers find out who asks and why; the package's page if absent
 */
export function userAgent(contact?: string): string {
  const { version, homepage } = Package.parse(createRequire(import.meta.url)("../../../package.json"));
  return `fovea/${version} (+${contact ?? homepage})`;
}
