import { build } from "esbuild";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bundleForBrowsers,
  chromiumPath,
  eagerBytes,
  openPage,
  type BrowserPage,
  type CallExport,
} from "../testing/browser.ts";
import { clipLosses } from "../testing/browser-clip.ts";
import { emojiPictures } from "../testing/browser-emoji.ts";
import type * as exported from "../testing/browser-page.ts";

const src = new URL("../", import.meta.url);
const pageModule = new URL("testing/browser-page.ts", src);
const pictures = new URL("../fixtures/golden/image_decode/", src);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, pictures)));
const names = readdirSync(pictures).flatMap((name) => (name.endsWith(".rgb") ? [name.slice(0, -".rgb".length)] : []));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const svg = (attributes: string): Uint8Array => text(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}</svg>`);
const maxDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
/** Of 255: another Chromium's decoders may round differently; that of the day these tests were made had Pillow's values. */
const levels = 2;

describe.skipIf(chromiumPath === undefined)("in Chromium (skipped where none is installed)", () => {
  let page: BrowserPage<typeof exported>;
  let callInWorker: CallExport<typeof exported>;

  beforeAll(async () => {
    page = await openPage<typeof exported>(pageModule, {
      files: { "bytes.bin": Uint8Array.from({ length: 100 }, (_, i) => i) },
      chromiumArgs: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    });
    callInWorker = await page.openWorker();
  }, 60_000);
  afterAll(() => page.close(), 60_000);

  describe("decodeImage", () => {
    test.each(names)("%s has Pillow's pixels", async (name) => {
      const { data, width, height } = await page.call("decodeImage", read(name));
      expect([width, height]).toEqual(name === "exif6.jpg" ? [24, 32] : [32, 24]); // orientation 6 is a quarter turn
      const want = read(`${name}.rgb`);
      expect(data).toHaveLength(want.length);
      expect(maxDifference(data, want)).toBeLessThanOrEqual(levels);
    });

    test("the background shows under transparent pixels", async () => {
      const { data } = await page.call("decodeImage", read("rgba.png"), { background: [10, 20, 30] });
      expect([...data.subarray(0, 3)]).toEqual([10, 20, 30]);
    });

    test("an SVG is drawn at the size asked for, not enlarged from its own", async () => {
      const halves = svg(
        `width="4" height="4"><rect width="2" height="4" fill="red"/><rect x="2" width="2" height="4" fill="blue"/>`,
      );
      const size = { width: 64, height: 64 };
      const { data, ...drawn } = await page.call("decodeImage", halves, { resize: { ...size, fit: "fill" } });
      expect(drawn).toEqual(size);
      const row = Array.from({ length: 64 }, (_, x) => data.subarray(x * 3, x * 3 + 3).join());
      expect(new Set(row)).toEqual(new Set(["255,0,0", "0,0,255"])); // a sharp edge: no mixed colours
    });

    test("cover keeps the aspect ratio and crops the centre; fill stretches", async () => {
      const thirds = svg(
        `width="90" height="30"><rect width="90" height="30" fill="red"/><rect x="30" width="30" height="30" fill="lime"/>`,
      );
      const corner = async (fit: "cover" | "fill"): Promise<number[]> => {
        const { data } = await page.call("decodeImage", thirds, { resize: { width: 30, height: 30, fit } });
        return [...data.subarray(0, 3)];
      };
      expect(await corner("cover")).toEqual([0, 255, 0]);
      expect(await corner("fill")).toEqual([255, 0, 0]);
    });

    test("shrinking averages", async () => {
      const [side, small] = [64, 16];
      const stripes = Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 255);
      const png = await page.call("encodePng", { data: stripes, width: side, height: side });
      const resize = { width: small, height: small, fit: "fill" } as const;
      const { data } = await page.call("decodeImage", png, { resize });
      expect(maxDifference(data, new Uint8Array(data.length).fill(127))).toBeLessThanOrEqual(levels);
    });

    test("refuses a huge picture, naming both numbers", async () => {
      await expect(page.call("decodeImage", read("rgb.png"), { maxPixels: 767 })).rejects.toMatchObject({
        name: "InputError",
        code: "IMAGE_TOO_LARGE",
        message: expect.stringContaining("the picture has 32 x 24 pixels, more than the limit of 767"),
      });
      await expect(page.call("decodeImage", read("rgb.png"), { maxPixels: 768 })).resolves.toMatchObject({ width: 32 });
      await expect(page.call("decodeImage", svg(`width="30000" height="30000">`))).rejects.toMatchObject({
        code: "IMAGE_TOO_LARGE",
      });
    });

    test("refuses a huge picture from its header alone", async () => {
      const header = read("rgb.png").subarray(0, 33); // without pixels it could not be decoded
      await expect(page.call("decodeImage", header, { maxPixels: 767 })).rejects.toMatchObject({
        code: "IMAGE_TOO_LARGE",
      });
    });

    test.each([
      ["nothing", new Uint8Array()],
      ["text", text("not a picture")],
      ["a truncated JPEG", read("rgb.jpg").subarray(0, 500)],
      ["a truncated PNG", read("rgba.png").subarray(0, 80)],
      ["a broken SVG", svg(`<`)],
    ])("refuses %s", async (_, bytes) => {
      await expect(page.call("decodeImage", bytes)).rejects.toMatchObject({
        code: "IMAGE_NOT_DECODABLE",
        message: expect.stringMatching(
          new RegExp(`^decodeImage: ${bytes.length} bytes are not a whole picture .*\\n  mend: replace the file`),
        ),
      });
    });
  });

  test("a worker decodes all but SVG", async () => {
    await expect(callInWorker("decodeImage", read("rgb.jpg"))).resolves.toMatchObject({ width: 32, height: 24 });
    await expect(callInWorker("decodeImage", svg(`width="4" height="4">`))).rejects.toMatchObject({
      code: "IMAGE_NOT_DECODABLE",
      message: expect.stringContaining("(browsers draw SVG on pages, not in workers)"),
    });
  });

  test("encodePng keeps every pixel", async () => {
    const image = { data: Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 37) % 256), width: 5, height: 3 };
    const png = await page.call("encodePng", image);
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(await page.call("decodeImage", png)).toEqual(image);
  });

  describe("readBytes", () => {
    test.each(["/files/bytes.bin", "/files/bytes.bin?whole"])("%s: all, or a range", async (at) => {
      expect([...(await page.call("readBytes", at))]).toEqual([...Array(100).keys()]);
      expect([...(await page.call("readBytes", at, [10, 13]))]).toEqual([10, 11, 12]);
      expect([...(await page.call("readBytes", at, [10, 10]))]).toEqual([]);
      await expect(page.call("readBytes", at, [90, 101])).rejects.toMatchObject({
        code: "FILE_NOT_READABLE",
        message: expect.stringContaining(`${at}: it has no bytes 90 to 101`),
      });
    });

    test("a file that is not there", async () => {
      await expect(page.call("readBytes", "/files/none")).rejects.toMatchObject({
        code: "FILE_NOT_READABLE",
        message: expect.stringContaining("/files/none: the server answered 404 Not Found\n  mend: check the address"),
      });
    });
  });

  describe("sessions", () => {
    test("every element type, an empty tensor and a scalar come through", async () => {
      const tensors = {
        float32: { dtype: "float32", shape: [2], data: Float32Array.of(1.5, -2) },
        float16: { dtype: "float16", shape: [2, 1], data: Uint16Array.of(0x3c00, 0xc000) },
        int64: { dtype: "int64", shape: [1], data: BigInt64Array.of(-(2n ** 40n)) },
        int32: { dtype: "int32", shape: [], data: Int32Array.of(-7) },
        uint8: { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 255) },
        bool: { dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) },
        empty: { dtype: "float32", shape: [0, 3], data: new Float32Array() },
      } as const;
      const again = Object.entries(tensors).map(([name, tensor]) => [`${name} again`, tensor]);
      expect(await page.call("echo", tensors)).toEqual(Object.fromEntries(again));
    });

    test("inference on bound weights, into a given array", async () => {
      const y = await page.call("softmaxOf", [0, Math.log(3)], "cpu");
      expect(maxDifference(y, [0.25, 0.75])).toBeLessThan(1e-6);
      const many = Array<number>(1000).fill(7); // large enough to stand beside the model's bytes
      expect(
        maxDifference(
          await page.call("softmaxOf", many, "cpu"),
          many.map(() => 1e-3),
        ),
      ).toBeLessThan(1e-8);
    });

    test("no device, no session", async () => {
      await expect(page.call("softmaxOf", [1], "cuda")).rejects.toMatchObject({
        code: "DEVICE_MISSING",
        message: expect.stringMatching(
          /^cuda: the session could not be created: browsers have no CUDA\n {2}mend: serve/,
        ),
      });
    });

    test("settings come before the first session", async () => {
      await expect(page.call("configure")).rejects.toMatchObject({
        code: "WEB_CONFIGURED_LATE",
        message: expect.stringContaining("configureWeb: a session was created before, and ONNX Runtime is loaded"),
      });
    });
  });

  test("20 steps of a small CLIP on emoji, in a worker, have Node's losses", async () => {
    const data = await emojiPictures(16);
    const inNode = await clipLosses(data, 20);
    const inBrowser = await callInWorker("clipLosses", data, 20);
    expect(inBrowser).toHaveLength(20);
    expect(maxDifference(inBrowser, inNode)).toBeLessThan(1e-4);
    expect(inBrowser.at(-1)).toBeLessThan(0.75 * Math.log(8)); // well below chance: it learns, so the curve says something
  });

  describe("WebGPU (skipped without an adapter)", () => {
    test("inference", async ({ skip }) => {
      skip(!(await page.call("hasWebGpu")), "this Chromium has no WebGPU adapter");
      const y = await page.call("softmaxOf", [0, Math.log(3)], "webgpu");
      expect(maxDifference(y, [0.25, 0.75])).toBeLessThan(1e-5);
    });

    const isFull = process.env["FOVEA_FULL"] !== undefined;
    test.runIf(isFull)(
      "20 steps of the small CLIP have Node's losses (a minute in software: only in full)",
      async ({ skip }) => {
        skip(!(await page.call("hasWebGpu")), "this Chromium has no WebGPU adapter");
        const data = await emojiPictures(16);
        const inNode = await clipLosses(data, 20);
        expect(maxDifference(await page.call("clipLosses", data, 20, "webgpu"), inNode)).toBeLessThan(1e-4);
      },
      180_000,
    );
  });

  test("the console stays empty, but for the file that is not there", () => {
    expect(page.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
  });
});

describe("bundles", () => {
  const nodeOnly = /^src\/platform\/node|\.node\.ts$|^node_modules\/(onnxruntime-node|sharp|koffi)\//;

  test("every module but Node's own can be bundled for browsers", async () => {
    const layers = ["engine", "nn", "io", "data", "models", "train", "eval"];
    const modules = layers.flatMap((layer) =>
      readdirSync(new URL(`${layer}/`, src), { recursive: true, encoding: "utf8" })
        .filter((path) => /(?<!\.test|\.node|\.d)\.ts$/.test(path))
        .map((path) => new URL(`${layer}/${path}`, src)),
    );
    const { sources } = await bundleForBrowsers(...modules);
    expect(sources).toContain("src/platform/web.ts");
    expect(sources.filter((path) => nodeOnly.test(path))).toEqual([]);
  });

  // Raise it only in the commit that needs it, with the reason. ONNX Runtime is not in it: it is loaded with the first session.
  test("a page that trains CLIP stays small", async () => {
    const bundle = await bundleForBrowsers(pageModule);
    expect(bundle.sources).toContain("src/train/step.ts");
    expect(eagerBytes(bundle)).toBeLessThan(68_000); // gzip: 66 kB with classifiers, weights apart from the graph and WebGPU's 3-D transposed convolution
  });

  const built = new URL("../dist/engine/compile.js", src);
  test.skipIf(!existsSync(built))("package.json gives browsers their half of the platform (needs dist)", async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(built)],
      absWorkingDir: fileURLToPath(new URL("..", src)),
      bundle: true,
      platform: "browser",
      format: "esm",
      write: false,
      metafile: true,
      tsconfigRaw: {}, // its paths lead our own compiler to the sources; users of the package do not have it
    });
    const paths = Object.keys(metafile.inputs).filter((path) => path.startsWith("dist/platform/"));
    expect(paths).toContain("dist/platform/web.js");
    expect(paths.filter((path) => path.startsWith("dist/platform/node"))).toEqual([]);
  });
});
