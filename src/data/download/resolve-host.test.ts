import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressRule } from "./address.node.ts";
import { HostResolver, systemResolve, type Resolve } from "./resolve-host.node.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe("a resolver", () => {
  test("asks once for a name, also for many at once, and once more when it forgot", async () => {
    let asked = 0;
    const resolver = new HostResolver(async () => [`1.1.1.${++asked}`], addressRule([]));
    const many = await Promise.all(Array.from({ length: 20 }, () => resolver.addresses("a.test")));
    expect(new Set(many.flat())).toEqual(new Set(["1.1.1.1"]));
    resolver.forget("a.test");
    expect(await resolver.addresses("a.test")).toEqual(["1.1.1.2"]);
  });

  test("remembers names that are gone, and not those that the server did not answer for", async () => {
    let asked = 0;
    const failing = (code: string): HostResolver =>
      new HostResolver(async () => {
        asked++;
        throw coded(code);
      }, addressRule([]));
    const gone = failing("ENOTFOUND");
    for (let i = 0; i < 2; i++)
      await expect(gone.addresses("a.test")).rejects.toMatchObject({ reason: "DNS_FAILED", isTransient: false });
    expect(asked).toBe(1);
    const silent = failing("ETIMEOUT");
    for (let i = 0; i < 2; i++)
      await expect(silent.addresses("a.test")).rejects.toMatchObject({
        message: "a.test: ETIMEOUT",
        isTransient: true,
      });
    expect(asked).toBe(3);
  });

  test("gives out what is allowed, and takes addresses as they are", async () => {
    const answers: Resolve = async (host) =>
      host === "mixed.test" ? ["10.0.0.1", "1.1.1.1"] : ["fe80::1", "127.0.0.1"];
    const resolver = new HostResolver(answers, addressRule([]));
    expect(await resolver.addresses("mixed.test")).toEqual(["1.1.1.1"]);
    expect(await resolver.addresses("1.2.3.4")).toEqual(["1.2.3.4"]);
    expect(await resolver.addresses("[2606:4700::1]")).toEqual(["2606:4700::1"]);
    await expect(resolver.addresses("private.test")).rejects.toMatchObject({
      reason: "ADDRESS_REFUSED",
      message: "private.test is at fe80::1, 127.0.0.1",
    });
    await expect(resolver.addresses("[::1]")).rejects.toMatchObject({ reason: "ADDRESS_REFUSED" });
    const none = new HostResolver(async () => [], addressRule([]));
    await expect(none.addresses("a.test")).rejects.toMatchObject({ message: "a.test has no address" });
  });
});

describe("a name server", () => {
  let server: Socket;
  let resolve: Resolve;
  beforeAll(async () => {
    server = createSocket("udp4", (query, from) => server.send(answerTo(query), from.port, from.address));
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    resolve = systemResolve([`127.0.0.1:${server.address().port}`]);
  });
  afterAll(() => void server.close());

  /** The answer to a DNS query (RFC 1035): `four.test` has an IPv4 address, `six.test` an IPv6 one, no other name is known. */
  function answerTo(query: Buffer): Buffer {
    const name = query.toString("latin1", 13, 13 + query[12]!);
    const questionEnd = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(questionEnd - 4);
    const address = name === "four" && type === 1 ? [93, 184, 216, 34] : undefined;
    const address6 = name === "six" && type === 28 ? [0x26, 0x06, 0x28, ...Array<number>(12).fill(0), 7] : undefined;
    const data = Buffer.from(address ?? address6 ?? []);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(name === "gone" ? 0x8183 : 0x8180, 2); // NXDOMAIN, or no error
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(data.length > 0 ? 1 : 0, 6);
    const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]); // the name is the question's
    return Buffer.concat([head, query.subarray(12, questionEnd), ...(data.length > 0 ? [record, data] : [])]);
  }

  test("IPv4, else IPv6, else nothing", async () => {
    expect(await resolve("four.test")).toEqual(["93.184.216.34"]);
    expect(await resolve("six.test")).toEqual(["2606:2800::7"]);
    await expect(resolve("neither.test")).rejects.toMatchObject({ code: "ENODATA" });
    await expect(resolve("gone.test")).rejects.toMatchObject({ code: "ENOTFOUND" });
  });

  test("names without a dot are the system's", async () => {
    expect(await resolve("localhost")).toContain("127.0.0.1");
  });
});
