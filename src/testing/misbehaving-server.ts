import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import sharp from "sharp";

/** A server of pictures with every bad habit that the web has. */
export interface MisbehavingServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** Every request so far: path and user agent. */
  readonly requests: readonly { readonly path: string; readonly agent: string | undefined }[];
  /** Requests that were under way at the same time, at most. */
  readonly mostAtOnce: () => number;
}

type Answer = (response: ServerResponse, request: IncomingMessage, visit: number) => void;

/** A picture of its own for each number: 64 x 48 pixels. */
export const numberedPicture = (number: number): Promise<Buffer> =>
  sharp({
    create: {
      width: 64,
      height: 48,
      channels: 3,
      background: { r: (number * 53) & 255, g: (number * 101) & 255, b: (number * 197) & 255 },
    },
  })
    .jpeg()
    .toBuffer();

/** Starts the server on a free port of 127.0.0.1. `/N.jpg` is {@link numberedPicture}; the other paths are in the source. */
export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const picture = await numberedPicture(7);
  const noise = await sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: "white",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  })
    .jpeg()
    .toBuffer();
  const requests: { path: string; agent: string | undefined }[] = [];
  const visits = new Map<string, number>();
  let atOnce = 0;
  let mostAtOnce = 0;
  const paths = answers(picture, noise);
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push({ path, agent: request.headers["user-agent"] });
    const visit = (visits.get(path) ?? 0) + 1;
    visits.set(path, visit);
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.on("close", () => atOnce--);
    response.on("error", () => {}); // clients that had enough
    const number = /^\/(\d+)\.jpg$/.exec(path)?.[1];
    if (number !== undefined)
      void numberedPicture(Number(number)).then((bytes) => setTimeout(() => response.end(bytes), 5));
    else (paths[path] ?? status(404))(response, request, visit);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    mostAtOnce: () => mostAtOnce,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(`status ${code}`);

const redirect = (location: string): Answer => status(302, { location });

function answers(picture: Buffer, noise: Buffer): Readonly<Record<string, Answer>> {
  const send =
    (body: Buffer | string, headers: Record<string, string | string[]> = {}): Answer =>
    (response) =>
      response.writeHead(200, headers).end(body);
  const failing =
    (first: Answer): Answer =>
    (response, request, visit) =>
      (visit === 1 ? first : send(picture))(response, request, visit);
  const endless: Answer = (response) => {
    response.writeHead(200, { "content-type": "image/jpeg" });
    response.write(picture);
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
    more();
  };
  return {
    "/picture": send(picture, { "content-type": "image/jpeg" }),
    "/noise": send(noise, { "content-type": "image/jpeg" }),
    // never whole
    "/silent": () => {},
    "/drip": (response) => {
      let sent = 0;
      const timer = setInterval(() => response.write(picture.subarray(sent, ++sent)), 20);
      response.on("close", () => clearInterval(timer));
    },
    "/hang-after-head": (response) => response.writeHead(200, { "content-length": "1000" }).flushHeaders(),
    "/cut": (response) => {
      response.writeHead(200, { "content-length": String(picture.length) });
      response.write(picture.subarray(0, 200), () => response.socket?.destroy());
    },
    "/cut-chunked": (response) => void response.write(picture.subarray(0, 200), () => response.socket?.destroy()),
    "/reset": (response) => void response.socket?.resetAndDestroy(),
    "/garbage": (response) => void response.socket?.end("this is not HTTP\r\n\r\n"),
    "/length-too-long": (response) => {
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-length: ${picture.length + 100}\r\n\r\n${picture.toString("latin1")}`,
        "latin1",
      );
    },
    "/length-too-short": (response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 300\r\n\r\n${picture.toString("latin1")}`, "latin1");
    },
    // status codes
    "/401": status(401),
    "/404": status(404),
    "/410": status(410),
    "/418": status(418),
    "/429-once": failing(status(429, { "retry-after": "1" })),
    "/429-for-an-hour": status(429, { "retry-after": "3600" }),
    "/500-once": failing(status(500)),
    "/503": status(503),
    "/cut-once": failing((response) => void response.socket?.destroy()),
    // redirects
    "/redirect": redirect("/picture"),
    "/loop": redirect("/loop-back"),
    "/loop-back": redirect("/loop"),
    "/redirect-8": redirect("/redirect-7"),
    ...Object.fromEntries(
      [7, 6, 5, 4, 3, 2, 1].map((n) => [`/redirect-${n}`, redirect(n === 1 ? "/picture" : `/redirect-${n - 1}`)]),
    ),
    "/to-private": redirect("http://10.0.0.1/secret.jpg"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/to-loopback-name": redirect("http://localhost.localdomain.test/"),
    "/to-ipv6-loopback": redirect("http://[::1]/"),
    "/to-decimal-loopback": redirect("http://2130706434/"), // 127.0.0.2
    "/to-file": redirect("file:///etc/passwd"),
    "/to-nowhere": status(302),
    // size
    "/huge": endless,
    "/huge-announced": (response) => void response.writeHead(200, { "content-length": "10000000000" }).write(picture),
    "/gzip-bomb": send(gzipSync(Buffer.concat([picture, Buffer.alloc(30_000_000)])), { "content-encoding": "gzip" }),
    "/gzip": send(gzipSync(picture), { "content-encoding": "gzip" }),
    "/gzip-broken": send("not gzip at all, whatever the header says", { "content-encoding": "gzip" }),
    "/encoding-unknown": send(picture, { "content-encoding": "snappy" }),
    // not what it seems
    "/page-as-jpeg": send("<!doctype html><title>Sorry</title>", { "content-type": "image/jpeg" }),
    "/jpeg-as-page": send(picture, { "content-type": "text/html" }),
    "/svg": send('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', { "content-type": "image/svg+xml" }),
    "/truncated": send(noise.subarray(0, noise.length >> 1), { "content-type": "image/jpeg" }),
    "/head-alone": send(picture.subarray(0, 20)),
    "/empty": send(""),
    // reserved
    "/noai": send(picture, { "x-robots-tag": "noai" }),
    "/noimageai": send(picture, { "x-robots-tag": ["max-image-preview: large", "NoImageAI"] }),
    "/noindex-for-us": send(picture, { "x-robots-tag": "fovea: noindex" }),
    "/noindex-for-others": send(picture, { "x-robots-tag": "otherbot: noindex, noai" }),
    "/tdm": send(picture, { "tdm-reservation": "1" }),
    "/train-ai": send(picture, { "content-usage": "train-ai=n" }),
  };
}
