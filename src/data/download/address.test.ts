import { expect, test } from "vitest";
import { addressRule, isPublicAddress } from "./address.node.ts";

test.each([
  "0.0.0.0",
  "10.255.0.1",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:a00:1", // 10.0.0.1
  "64:ff9b::7f00:1", // NAT64 of 127.0.0.1
  "64:ff9b:1::1",
  "fc00::1",
  "fd12:3456:789a::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "100::1",
  "localhost",
  "",
])("%j is not public", (address) => expect(isPublicAddress(address)).toBe(false));

test.each([
  "1.1.1.1",
  "11.0.0.1",
  "100.128.0.1",
  "172.32.0.1",
  "192.169.0.1",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:80b::200e",
  "2001:4860:4860::8888",
  "::ffff:1.1.1.1",
  "64:ff9b::101:101",
])("%j is public", (address) => expect(isPublicAddress(address)).toBe(true));

test("networks that are allowed by name", () => {
  const isAllowed = addressRule(["10.1.0.0/16", "::1", "fd00::/8"]);
  const asked = ["10.1.2.3", "10.2.0.1", "::1", "::2", "fdab::1", "fe80::1", "1.1.1.1", "nonsense"];
  expect(asked.filter(isAllowed)).toEqual(["10.1.2.3", "::1", "fdab::1", "1.1.1.1"]);
});

test.each(["10.1.0.0/33", "10.1", "localhost", "::1/x", ""])("%j is no network", (network) => {
  expect(() => addressRule([network])).toThrow(
    expect.objectContaining({
      code: "DOWNLOAD_NETWORK_INVALID",
      message: `${network}: it is no address and no network\n  mend: write it as 10.0.0.7, 10.1.0.0/16 or fd00::/8`,
    }),
  );
});
