import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { DownloadFailure } from "./outcome.ts";

/** The addresses of a host's name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Names that are remembered. */
const rememberedHosts = 10_000;

/**
 * Asks the name server itself, because the system's own look-up has four threads in a process of Node, which a few dead names hold up; a name
 * without a dot, as `localhost`, is left to the system. IPv6 addresses count where there is no IPv4 one.
 * @param servers name servers to ask, as `1.1.1.1:53`; the system's if absent
 */
export function systemResolve(servers?: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async (host) => {
    if (!host.includes(".")) return (await lookup(host, { all: true })).map(({ address }) => address);
    try {
      return await resolver.resolve4(host);
    } catch (error) {
      if (codeOf(error) !== "ENODATA") throw error;
      return await resolver.resolve6(host);
    }
  };
}

/**
 * Resolves names to the addresses that may be connected to. What it returns has been checked: connect to these and do not resolve again, or
 * a name server that gives another answer the second time ("DNS rebinding") leads to where nobody should get.
 */
export class HostResolver {
  readonly #resolve: Resolve;
  readonly #isAllowed: (address: string) => boolean;
  readonly #known = new Map<string, Promise<readonly string[]>>();

  constructor(resolve: Resolve, isAllowed: (address: string) => boolean) {
    this.#resolve = resolve;
    this.#isAllowed = isAllowed;
  }

  /**
   * @param hostname as in a `URL`: a name, an IPv4 address, or an IPv6 one in brackets
   * @throws {DownloadFailure} DNS_FAILED, ADDRESS_REFUSED
   */
  async addresses(hostname: string): Promise<readonly string[]> {
    const host = hostname.replaceAll(/^\[|\]$/g, "");
    const found = isIP(host) === 0 ? await this.#lookUp(host) : [host];
    const allowed = found.filter(this.#isAllowed);
    if (allowed.length === 0) throw new DownloadFailure("ADDRESS_REFUSED", `${host} is at ${found.join(", ")}`);
    return allowed;
  }

  /** Forgets a name: its addresses did not answer. */
  forget(hostname: string): void {
    this.#known.delete(hostname);
  }

  async #lookUp(host: string): Promise<readonly string[]> {
    let answer = this.#known.get(host);
    if (answer === undefined) {
      if (this.#known.size >= rememberedHosts)
        for (const [oldest] of this.#known) if (this.#known.delete(oldest)) break;
      answer = this.#resolve(host);
      this.#known.set(host, answer);
    }
    try {
      const found = await answer;
      if (found.length > 0) return found;
      throw new DownloadFailure("DNS_FAILED", `${host} has no address`);
    } catch (error) {
      if (error instanceof DownloadFailure) throw error;
      const isGone = ["ENOTFOUND", "ENODATA", "EBADNAME"].includes(codeOf(error) ?? "");
      if (!isGone) this.forget(host);
      throw new DownloadFailure("DNS_FAILED", `${host}: ${codeOf(error) ?? String(error)}`, { isTransient: !isGone });
    }
  }
}

/** The code that Node gives an error of the system or the network. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
