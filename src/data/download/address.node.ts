import { BlockList, isIP } from "node:net";
import { InputError } from "../../platform/error.ts";

/** Networks that are not the public internet, by IANA's special-purpose registries, multicast included. */
const reserved = blockList([
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8",
  "169.254.0.0/16", // link-local; the metadata services of clouds
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16",
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23", // Teredo, ORCHID and other protocols
  "2001:db8::/32",
  "2002::/16", // 6to4, which carries any IPv4 address
  "3fff::/20",
]);

/**
 * Whether an address is on the public internet: not private, loopback, link-local, unique local, multicast, a tunnel or otherwise reserved.
 * IPv4 addresses within IPv6 ones (mapped, and NAT64's well-known prefix) are judged as such. What is no address is not public.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !reserved.check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false; // a zone names an interface of this machine
  const words = wordsOf(address);
  const prefix = words.slice(0, 6).join(":");
  if (prefix === "0:0:0:0:0:65535" || prefix === "100:65435:0:0:0:0") return isPublicAddress(ipv4Of(words)); // ::ffff:0:0/96, 64:ff9b::/96
  return words[0]! >> 13 === 1 && !reserved.check(address, "ipv6"); // 2000::/3 is all that is assigned
}

/**
 * Judges whether an address may be connected to: the public ones, and those of the given networks.
 * @param networks addresses, or networks as `10.1.0.0/16`
 * @throws {InputError} DOWNLOAD_NETWORK_INVALID
 */
export function addressRule(networks: readonly string[]): (address: string) => boolean {
  const allowed = blockList(networks);
  return (address) => isPublicAddress(address) || allowed.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const length = Number(prefix ?? width);
    if (version === 0 || !Number.isInteger(length) || length < 0 || length > width)
      throw new InputError(
        "DOWNLOAD_NETWORK_INVALID",
        network,
        "it is no address and no network",
        "write it as 10.0.0.7, 10.1.0.0/16 or fd00::/8",
      );
    list.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): number[] {
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1); // no dotted part any more
  const [head = "", tail] = plain.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [first, last] = [parse(head), parse(tail ?? "")];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

const ipv4Of = (words: readonly number[]): string =>
  words
    .slice(6)
    .flatMap((word) => [word >> 8, word & 255])
    .join(".");
