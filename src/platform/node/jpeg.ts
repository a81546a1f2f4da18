import { orientationOf } from "../jpeg-orientation.ts";
import { limiter } from "../limiter.ts";
import type { Region, RgbImage } from "../platform.ts";
import { borrow, cut, giveBack, memoryFor } from "./cut.ts";
import { jpegLibrary, type Handle, type TurboJpeg } from "./jpeg-library.ts";

const decompress = 1; // TJINIT_DECOMPRESS
const rgb = 0; // TJPF_RGB

/** Numbers of TJPARAM. */
const parameter = {
  stopOnWarning: 0,
  subsampling: 4,
  width: 5,
  height: 6,
  precision: 7,
  colours: 8,
  scanLimit: 13,
  arithmetic: 14,
  lossless: 15,
} as const;

/** TJCS of files that become RGB by the rules that every decoder follows: RGB, YCbCr, grey; not CMYK and YCCK. */
const plainColours: readonly number[] = [0, 1, 2];

/** Width of a coded unit in pixels by TJSAMP: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0, 4:1:1, 4:4:1. */
const unitWidths: readonly number[] = [8, 16, 16, 8, 8, 32, 8];

/** libvips' limit: a file of a few kilobytes can have thousands of progressive scans, each as much work as a picture. */
const maxScans = 100;

/** Smaller files are decoded here and now, in less than 0.1 ms: another thread costs 0.05 ms. */
const atOnce = { pixels: 128 * 128, bytes: 32_768 };

/** koffi fails beyond 256 calls under way, of all libraries together. */
const limit = limiter(32);

/** Pictures of more pixels are refused if nobody says otherwise: 67 megapixels. */
export const defaultMaxPixels = 2 ** 26;

/**
 * Decodes an ordinary JPEG file to the pixels that sharp gives, bit for bit, several times faster. A region is cut out of those pixels, or
 * of those that libjpeg makes of a part of the frequencies.
 *
 * @returns `undefined` if sharp is to have a look: no library here, not a JPEG file, larger than `maxPixels`, turned by EXIF, CMYK, or
 *   anything that the library has an error or a warning about
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  maxPixels: number,
  regionOf?: (size: Frame) => Region,
): Promise<RgbImage | undefined> {
  const jpeg = openJpeg(bytes, maxPixels, regionOf);
  if (jpeg === undefined) return undefined;
  const { library, handle, frame, region, rectangle } = jpeg;
  try {
    const isSmall = frame.width * frame.height <= atOnce.pixels && bytes.length <= atOnce.bytes;
    const decode = (target: Uint8Array): boolean | Promise<boolean> =>
      isSmall ? decodeNow(library, handle, bytes, target) : limit(() => decodeAside(library, handle, bytes, target));
    return await (region ? decodeRegion(region, rectangle, decode) : decodeAll(rectangle, decode));
  } finally {
    library.tj3Destroy(handle);
  }
}

/** Pixels around a region, and which ones they are. */
export interface Surroundings extends RgbImage {
  readonly rectangle: Region;
}

/**
 * As {@link decodeJpeg} on the calling thread, to memory of the caller's, and without cutting the region out.
 * @param memory so many bytes
 */
export function decodeJpegHere(
  bytes: Uint8Array,
  maxPixels: number,
  region: Region,
  memory: (bytes: number) => Uint8Array,
): Surroundings | undefined {
  const jpeg = openJpeg(bytes, maxPixels, () => region);
  if (jpeg === undefined) return undefined;
  const { library, handle, rectangle } = jpeg;
  try {
    const { width, height } = rectangle;
    const data = memory(width * height * 3);
    return decodeNow(library, handle, bytes, data) ? { data, width, height, rectangle } : undefined;
  } finally {
    library.tj3Destroy(handle);
  }
}

/** A file whose header is read: to be decoded once, and then destroyed. */
interface OpenJpeg {
  readonly library: TurboJpeg;
  readonly handle: Handle;
  readonly frame: Frame;
  readonly region: Region | undefined;
  /** What will be decoded. */
  readonly rectangle: Region;
}

function openJpeg(bytes: Uint8Array, maxPixels: number, regionOf?: (size: Frame) => Region): OpenJpeg | undefined {
  const library = jpegLibrary()?.functions;
  if (library === undefined || bytes[0] !== 0xff || bytes[1] !== 0xd8 || orientationOf(bytes) !== 1) return undefined;
  const handle = library.tj3Init(decompress); // half a microsecond: not worth keeping
  let opened: OpenJpeg | undefined;
  try {
    const frame = readHeader(library, handle, bytes);
    if (frame === undefined || frame.width * frame.height > maxPixels) return undefined;
    const region = regionOf?.(frame);
    const rectangle = region && isWhole(bytes) ? around(region, frame) : shrunk(frame, region?.shrink ?? 1);
    if (setRectangle(library, handle, rectangle)) opened = { library, handle, frame, region, rectangle };
    return opened;
  } finally {
    if (opened === undefined) library.tj3Destroy(handle);
  }
}

/** What the header says. */
interface Frame {
  readonly width: number;
  readonly height: number;
  /** Width of a coded unit in pixels; `undefined` if its chroma is sampled in an unusual way. */
  readonly unitWidth: number | undefined;
}

function readHeader(library: TurboJpeg, handle: Handle, bytes: Uint8Array): Frame | undefined {
  library.tj3Set(handle, parameter.stopOnWarning, 1);
  library.tj3Set(handle, parameter.scanLimit, maxScans);
  if (library.tj3DecompressHeader(handle, bytes, bytes.length) !== 0) return undefined;
  const get = (name: keyof typeof parameter): number => library.tj3Get(handle, parameter[name]);
  const isPlain =
    get("precision") === 8 && plainColours.includes(get("colours")) && get("lossless") === 0 && get("arithmetic") === 0;
  if (!isPlain) return undefined;
  return { width: get("width"), height: get("height"), unitWidth: unitWidths[get("subsampling")] };
}

/** Whether the marker of the end is there. Nothing below a region is read, so that a file that breaks off would not be noticed. */
function isWhole(bytes: Uint8Array): boolean {
  const end = bytes.subarray(-16); // a few bytes of padding may follow
  return end.some((byte, i) => byte === 0xff && end[i + 1] === 0xd9);
}

/** All of the picture, `shrink` times smaller. */
const shrunk = ({ width, height }: Frame, shrink: Region["shrink"]): Region => ({
  left: 0,
  top: 0,
  width: Math.ceil(width / shrink),
  height: Math.ceil(height / shrink),
  shrink,
});

/**
 * The rectangle to decode for a region: it begins with a coded unit, and has a pixel more on its left and two on its right, where the
 * decoder has no neighbours to interpolate chroma with.
 */
function around(region: Region, frame: Frame): Region {
  const { shrink } = region;
  const whole = shrunk(frame, shrink);
  if (frame.unitWidth === undefined) return whole;
  const unit = frame.unitWidth / shrink;
  const left = Math.floor(Math.max(0, region.left - 1) / unit) * unit;
  return { ...region, left, width: Math.min(whole.width, region.left + region.width + 2) - left };
}

function setRectangle(library: TurboJpeg, handle: Handle, { left, top, width, height, shrink }: Region): boolean {
  const isScaled = library.tj3SetScalingFactor(handle, { num: 1, denom: shrink }) === 0;
  return isScaled && library.tj3SetCroppingRegion(handle, { x: left, y: top, w: width, h: height }) === 0;
}

/** Writes the pixels of the rectangle that is set, and says whether it could. */
type Decode = (target: Uint8Array) => boolean | Promise<boolean>;

async function decodeAll({ width, height }: Region, decode: Decode): Promise<RgbImage | undefined> {
  const data = memoryFor(width * height * 3);
  return (await decode(data)) ? { data, width, height } : undefined;
}

async function decodeRegion(
  region: Region,
  { left, top, ...size }: Region,
  decode: Decode,
): Promise<RgbImage | undefined> {
  if (size.width === region.width && size.height === region.height) return decodeAll(region, decode);
  const data = borrow(size.width * size.height * 3);
  try {
    if (!(await decode(data))) return undefined;
    return cut({ ...size, data }, { ...region, left: region.left - left, top: region.top - top });
  } finally {
    giveBack(data);
  }
}

const decodeNow = (library: TurboJpeg, handle: Handle, bytes: Uint8Array, target: Uint8Array): boolean =>
  library.tj3Decompress8(handle, bytes, bytes.length, target, 0, rgb) === 0;

/** On a thread of libuv. The callback keeps the file's bytes alive, whoever called keeps the target. */
function decodeAside(library: TurboJpeg, handle: Handle, bytes: Uint8Array, target: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    library.tj3Decompress8.async(handle, bytes, bytes.length, target, 0, rgb, (error: Error | null, status) => {
      if (error !== null) reject(new Error(`${bytes.length} bytes of JPEG: ${error.message}`, { cause: error }));
      else resolve(status === 0);
    });
  });
}
