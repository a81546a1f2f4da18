/**
 * Runs functions of the sources in a headless Chromium: bundles a module, serves it from this machine and calls its
 * exports by name.
 */
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium, type Page, type Worker } from "playwright-core";

/** Where Chromium is installed; `undefined` where it is not, so that a test can skip itself. */
export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Modules as a page loads them. */
export interface Bundle {
  /** Scripts by file name. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  /** The first entry's script, and those that it imports before its first line runs; others wait until they are asked for. */
  readonly eager: readonly [entry: string, ...string[]];
  /** Source files in it, from the repository's root. */
  readonly sources: readonly string[];
}

/** Bundles modules for browsers, `#platform` being the browser's half. */
export async function bundleForBrowsers(...entries: readonly URL[]): Promise<Bundle> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const { outputFiles, metafile } = await build({
    entryPoints: entries.map((entry) => fileURLToPath(entry)),
    alias: { "#platform": join(root, "src/platform/web.ts") },
    platform: "browser",
    format: "esm",
    target: "es2022",
    bundle: true,
    splitting: true,
    minify: true,
    absWorkingDir: root,
    outdir: root,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined)!;
  const eager = new Set([entry]);
  for (const script of eager)
    for (const { path, kind } of metafile.outputs[script]!.imports) if (kind === "import-statement") eager.add(path);
  eager.delete(entry);
  return {
    scripts: new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])),
    eager: [basename(entry), ...[...eager].map((path) => basename(path))],
    sources: Object.keys(metafile.inputs),
  };
}

/** Bytes that a server sends of the scripts that a page needs at once. */
export const eagerBytes = ({ scripts, eager }: Bundle): number =>
  eager.reduce((bytes, name) => bytes + gzipSync(scripts.get(name)!).length, 0);

/** Options of {@link openPage}. */
export interface PageOptions {
  /** Files that the page can fetch below `/files/`, by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** More of Chromium's switches. */
  readonly chromiumArgs?: readonly string[];
}

/**
 * Calls an export of `Module` in the browser. Arguments and results are plain values and typed arrays; an error that it
 * throws comes out with its name, message and `code`.
 */
export type CallExport<Module> = <Name extends keyof Module & string>(
  name: Name,
  ...args: Module[Name] extends (...args: infer Args) => unknown ? Args : never
) => Promise<Module[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never>;

/** A page with a bundle of `Module` in it. */
export interface BrowserPage<Module> {
  readonly call: CallExport<Module>;
  /** Loads the bundle into a worker of the page too, and calls it there. */
  openWorker(): Promise<CallExport<Module>>;
  /** Errors and warnings of the page so far that nobody caught. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens a page in a Chromium of its own, isolated so that WebAssembly has threads, with the module `entry` loaded.
 * Needs {@link chromiumPath}.
 */
export async function openPage<Module>(entry: URL, options: PageOptions = {}): Promise<BrowserPage<Module>> {
  const server = await serve(await bundleForBrowsers(entry), options.files ?? {});
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    args: [...switches, ...(options.chromiumArgs ?? [])],
  });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  await page.goto(server.url);
  return {
    call: caller(page),
    openWorker: async () => caller(await openWorker(page)),
    problems,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Sets `exported`, on the page and in its worker, and says when it has. */
const mainScript = (entry: string): string =>
  `import * as exported from "/${entry}"; globalThis.exported = exported; globalThis.postMessage("ready");`;

async function openWorker(page: Page): Promise<Worker> {
  await page.evaluate(
    () => new Promise((ready) => new Worker("/main.js", { type: "module" }).addEventListener("message", ready)),
  );
  return page.workers().findLast((worker) => worker.url().endsWith("/main.js"))!;
}

/** A page or a worker, as Playwright drives it. */
interface Place {
  evaluate<Argument, Result>(run: (argument: Argument) => Promise<Result>, argument: Argument): Promise<Result>;
}

function caller<Module>(place: Place): CallExport<Module> {
  return async (name, ...args) => {
    const { value, thrown } = await place.evaluate(callExported, { name, args });
    if (thrown !== undefined) throw Object.assign(new Error(thrown.message), thrown);
    return value as never; // the module's type says what it is
  };
}

/** What a call came to. */
interface Outcome {
  readonly value?: unknown;
  readonly thrown?: { readonly name: string; readonly message: string; readonly code?: string };
}

/** Runs in the browser. */
async function callExported({ name, args }: { name: string; args: unknown[] }): Promise<Outcome> {
  const { exported } = globalThis as unknown as { exported: Record<string, (...args: unknown[]) => unknown> };
  try {
    return { value: await exported[name]!(...args) };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return { thrown: { name, message, ...(code !== undefined && { code }) } };
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  "": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves a page, its scripts, ONNX Runtime's files below `/ort/`, and `files` below `/files/`. */
async function serve(
  { scripts, eager }: Bundle,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const runtime = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const find = async (folder: string, name: string): Promise<Uint8Array | undefined> => {
    if (folder === "ort") return await readFile(join(runtime, name));
    if (folder === "files") return files[name];
    if (name === "") return text(`<link rel="icon" href="data:," /><script type="module" src="/main.js"></script>`);
    return name === "main.js" ? text(mainScript(eager[0])) : scripts.get(name);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    find(basename(dirname(pathname)), basename(pathname)).then(
      (body) => answer(request, response, contentTypes[extname(pathname)] ?? "application/octet-stream", body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${portOf(server)}/`, close: () => closeServer(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

/** Sends a body, or the range of it that is asked for; a request with `?whole` gets all, as from a server without ranges. */
function answer(request: IncomingMessage, response: ServerResponse, type: string, body: Uint8Array | undefined): void {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const isPart = start !== undefined && request.url?.endsWith("?whole") === false;
  response.setHeader("content-type", type);
  response.setHeader("cross-origin-opener-policy", "same-origin"); // with the next: the page is isolated, and may
  response.setHeader("cross-origin-embedder-policy", "require-corp"); // share memory with workers
  response.writeHead(body === undefined ? 404 : isPart ? 206 : 200);
  response.end(isPart ? body?.subarray(Number(start), Number(end) + 1) : body);
}
