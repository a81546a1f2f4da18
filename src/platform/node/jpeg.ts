import { limiter } from "../limiter.ts";
import { orientationOf } from "../jpeg-orientation.ts";
import type { RgbImage } from "../platform.ts";
import { jpegLibrary, type Handle, type TurboJpeg } from "./jpeg-library.ts";

const decompress = 1; // TJINIT_DECOMPRESS
const rgb = 0; // TJPF_RGB

/** Numbers of TJPARAM. */
const parameter = {
  stopOnWarning: 0,
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

/** libvips' limit: a file of a few kilobytes can have thousands of progressive scans, each as much work as a picture. */
const maxScans = 100;

/** Smaller files are decoded here and now, in less than 0.1 ms: another thread costs 0.05 ms. */
const atOnce = { pixels: 128 * 128, bytes: 32_768 };

/** koffi fails beyond 256 calls under way, of all libraries together. */
const limit = limiter(32);

/**
 * Decodes an ordinary JPEG file to the pixels that sharp gives, bit for bit, several times faster.
 *
 * @returns `undefined` if sharp is to have a look: no library here, not a JPEG file, larger than `maxPixels`, turned by EXIF, CMYK, or
 *   anything that the library has an error or a warning about
 */
export async function decodeJpeg(bytes: Uint8Array, maxPixels: number): Promise<RgbImage | undefined> {
  const library = jpegLibrary()?.functions;
  if (library === undefined || bytes[0] !== 0xff || bytes[1] !== 0xd8 || orientationOf(bytes) !== 1) return undefined;
  const handle = library.tj3Init(decompress); // half a microsecond: not worth keeping
  try {
    const size = readHeader(library, handle, bytes);
    if (size === undefined || size.width * size.height > maxPixels) return undefined;
    const isSmall = size.width * size.height <= atOnce.pixels && bytes.length <= atOnce.bytes;
    return isSmall ? decodeNow(library, handle, bytes, size) : await limit(() => decode(library, handle, bytes, size));
  } finally {
    library.tj3Destroy(handle);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function readHeader(library: TurboJpeg, handle: Handle, bytes: Uint8Array): Size | undefined {
  library.tj3Set(handle, parameter.stopOnWarning, 1);
  library.tj3Set(handle, parameter.scanLimit, maxScans);
  if (library.tj3DecompressHeader(handle, bytes, bytes.length) !== 0) return undefined;
  const get = (name: keyof typeof parameter): number => library.tj3Get(handle, parameter[name]);
  const isPlain =
    get("precision") === 8 && plainColours.includes(get("colours")) && get("lossless") === 0 && get("arithmetic") === 0;
  return isPlain ? { width: get("width"), height: get("height") } : undefined;
}

function decodeNow(library: TurboJpeg, handle: Handle, bytes: Uint8Array, size: Size): RgbImage | undefined {
  const data = memoryFor(size);
  return library.tj3Decompress8(handle, bytes, bytes.length, data, 0, rgb) === 0 ? { data, ...size } : undefined;
}

/** On a thread of libuv. */
function decode(library: TurboJpeg, handle: Handle, bytes: Uint8Array, size: Size): Promise<RgbImage | undefined> {
  const data = memoryFor(size);
  return new Promise((resolve, reject) => {
    library.tj3Decompress8.async(handle, bytes, bytes.length, data, 0, rgb, (error: Error | null, status) => {
      // The callback holds the arrays, whose addresses the library has.
      if (error !== null) reject(new Error(`${bytes.length} bytes of JPEG: ${error.message}`, { cause: error }));
      else resolve(status === 0 ? { data, ...size } : undefined);
    });
  });
}

/** Memory that is not cleared first: all of it is written, or it is not used. */
const memoryFor = ({ width, height }: Size): Uint8Array =>
  new Uint8Array(Buffer.allocUnsafeSlow(width * height * 3).buffer);
