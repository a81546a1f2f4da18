import { promisify } from "node:util";
import { crc32, deflate, type ZlibOptions } from "node:zlib";
import type { RgbImage } from "../../platform/platform.ts";

/**
 * PNG of a drawn picture. Flat colours need no filters and little search for repeats: six times as fast as libpng's defaults, for files that
 * are a tenth larger. One of the platform's threads does it.
 */
export async function encodePng({ data, width, height }: RgbImage): Promise<Uint8Array> {
  const stride = width * 3;
  const rows = new Uint8Array((stride + 1) * height); // each begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const header = new Uint8Array([...bigEndian(width), ...bigEndian(height), 8, 2, 0, 0, 0]); // 8 bits, RGB
  const chunks = [chunk("IHDR", header), chunk("IDAT", await compress(rows, { level: 3 })), chunk("IEND")];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

const compress = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);

const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
