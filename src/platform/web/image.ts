import { InputError } from "../error.ts";
import type { DecodeOptions, RgbImage } from "../platform.ts";
import { imageSize, type ImageSize } from "./image-size.ts";

const defaultMaxPixels = 2 ** 26;

/**
 * Decodes what the browser shows (PNG, JPEG, WebP, GIF, AVIF; the first frame) to RGB, and SVG where there is a document:
 * not in workers. In Chromium, the same pixels as Node's and Pillow's.
 *
 * EXIF orientation is applied; transparency is flattened onto `background`; embedded colour profiles are ignored. An SVG
 * that does not state its size has the browser's.
 *
 * @throws {InputError} IMAGE_NOT_DECODABLE (not a picture, truncated or corrupt), IMAGE_TOO_LARGE (from the header alone
 *                      if it is a PNG, JPEG, WebP or GIF)
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const { maxPixels = defaultMaxPixels } = options;
  refuseLarger(maxPixels, imageSize(bytes));
  const source = await openSource(bytes).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      "IMAGE_NOT_DECODABLE",
      "decodeImage",
      `${bytes.length} bytes are not a whole picture that this browser can show (${reason})`,
      "replace the file, or drop it from the data",
      { cause },
    );
  });
  try {
    refuseLarger(maxPixels, source);
    return flatten(source, options);
  } finally {
    source.close();
  }
}

/** PNG bytes of a picture. */
export async function encodePng({ data, width, height }: RgbImage): Promise<Uint8Array> {
  const { canvas, context } = openCanvas(width, height);
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data[to] = data[from]!;
    pixels.data[to + 1] = data[from + 1]!;
    pixels.data[to + 2] = data[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  const png = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await png.arrayBuffer());
}

function refuseLarger(maxPixels: number, size: ImageSize | undefined): void {
  if (size === undefined || size.width * size.height <= maxPixels) return;
  throw new InputError(
    "IMAGE_TOO_LARGE",
    "decodeImage",
    `the picture has ${size.width} x ${size.height} pixels, more than the limit of ${maxPixels}`,
    "scale the file down, or raise maxPixels",
  );
}

/** A picture that a canvas can draw. */
interface Source extends ImageSize {
  readonly drawable: ImageBitmap | HTMLImageElement;
  close(): void;
}

async function openSource(bytes: Uint8Array): Promise<Source> {
  const file = (type: string): Blob => new Blob([new Uint8Array(bytes)], { type }); // a blob cannot be made of shared memory
  if (looksLikeSvg(bytes)) return await openSvg(file("image/svg+xml"));
  const bitmap = await createImageBitmap(file(""), { colorSpaceConversion: "none" });
  return { drawable: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
}

/** Whether the first byte that is no white space or byte-order mark is a `<`, as no other format has it. */
const looksLikeSvg = (bytes: Uint8Array): boolean => /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 64)));

/** `createImageBitmap` takes no SVG; an image element does, and stays sharp at any size that it is drawn at. */
async function openSvg(file: Blob): Promise<Source> {
  if (typeof Image === "undefined") throw new Error("browsers draw SVG on pages, not in workers");
  const url = URL.createObjectURL(file);
  const close = (): void => URL.revokeObjectURL(url);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return { drawable: image, width: image.naturalWidth, height: image.naturalHeight, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Draws on an opaque background, scaled or cropped as asked for, and drops the alpha channel. */
function flatten(source: Source, { background = [255, 255, 255], resize, region }: DecodeOptions): RgbImage {
  const { width, height } = resize ?? region ?? source;
  const { context } = openCanvas(width, height);
  context.fillStyle = `rgb(${background.join(" ")})`;
  context.fillRect(0, 0, width, height);
  const fill = { x: source.width / width, y: source.height / height }; // source pixels for each pixel
  const cover = Math.min(fill.x, fill.y);
  const both = region?.shrink ?? (resize?.fit === "cover" ? cover : undefined);
  const { x, y } = both === undefined ? fill : { x: both, y: both };
  const [left, top] = region
    ? [region.left * x, region.top * y]
    : [(source.width - width * x) / 2, (source.height - height * y) / 2];
  context.drawImage(source.drawable, left, top, width * x, height * y, 0, 0, width, height);
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return { data, width, height };
}

function openCanvas(
  width: number,
  height: number,
): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (context === null) throw new RangeError(`this browser has no canvas of ${width} x ${height} pixels`);
  context.imageSmoothingQuality = "high"; // the only quality that averages when it shrinks
  return { canvas, context };
}
