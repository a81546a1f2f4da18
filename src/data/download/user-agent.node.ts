import { fovea } from "../../platform/node/package.ts";

/**
 * What a download says of itself: `fovea/VERSION (+WHERE)`. It never claims to be a browser.
 * @param contact where those who run the servers find out who asks and why; the package's page if absent
 */
export function userAgent(contact?: string): string {
  const { version, homepage } = fovea();
  return `fovea/${version} (+${contact ?? homepage})`;
}
