// A program for worker threads: writes rows of batches, with calls that wait for nothing but the disk.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { decodeJpegHere, defaultMaxPixels } from "../../platform/node/jpeg.ts";
import { answerQuestions } from "../../platform/node/threads.ts";
import { imageSize } from "../../platform/web/image-size.ts";
import { boxWithin, regionFor } from "../../platform/region.ts";
import { pictureMemory } from "../image/resample.ts";
import { fromPlanes } from "../pack/planes.ts";
import { BufferRing } from "./buffer-ring.ts";
import { writeRow, type View } from "./load-row.ts";
import type { PairSource, PartialImage, StoredPicture, Wanted } from "./pair-source.ts";
import type { RowTicket, StoredRow } from "./row-ticket.ts";

/** The loader is to have a look: it knows more formats, and says what is wrong. */
class NotHere extends Error {}

/** Larger files are rare, and memory for them is not worth keeping. */
const maxFileBytes = 2 ** 25;

const fileMemory = new BufferRing(1);

answerQuestions(async ({ pixels, rows, ...view }: RowTicket) => {
  const stride = 3 * view.shape.width * view.shape.height;
  const written = new Uint8Array(rows.length);
  for (const [i, job] of rows.entries()) {
    const target = pixels.subarray(job.row * stride, (job.row + 1) * stride);
    written[i] = Number(await isWritten(job, target, view));
  }
  return written;
});

async function isWritten({ id, key, stored }: StoredRow, target: Uint8Array, view: View): Promise<boolean> {
  try {
    await writeRow(sourceOf(stored), stored, target, key, view);
    return true;
  } catch (error) {
    if (error instanceof NotHere) return false;
    const name = typeof stored.from === "string" ? stored.from : id;
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const sourceOf = ({ planes }: StoredPicture): Pick<PairSource<StoredPicture>, "image" | "planes"> => ({
  image: planes ? (stored) => fromPlanes(bytesOf(stored), planes.width, planes.height) : decode,
  ...(planes && { planes: { ...planes, read: async (stored, target) => void bytesOf(stored, target) } }),
});

function decode(stored: StoredPicture, wanted: Wanted): PartialImage {
  const bytes = bytesOf(stored);
  const size = imageSize(bytes); // as it is stored, but turned pictures are not decoded here
  if (size === undefined) throw new NotHere();
  const part = wanted.part(size);
  const image = decodeJpegHere(bytes, defaultMaxPixels, regionFor(part, wanted), pictureMemory);
  if (image === undefined) throw new NotHere();
  return { ...image, box: boxWithin(part, image.rectangle) };
}

/** The bytes of a picture, good until the next are asked for. */
function bytesOf(stored: StoredPicture, target?: Uint8Array): Uint8Array {
  const bytes = typeof stored.from === "object" ? stored.from : readFile(stored.from, stored, target);
  if (stored.checksum !== undefined && crc32(bytes) !== stored.checksum) throw new NotHere();
  return bytes;
}

function readFile(from: string | number, { offset = 0, bytes }: StoredPicture, target?: Uint8Array): Uint8Array {
  let file: number | undefined;
  try {
    file = typeof from === "number" ? from : openSync(from, "r");
    const length = bytes ?? fstatSync(file).size;
    if (length > maxFileBytes) throw new NotHere();
    const into = target ?? fileMemory.take(length);
    if (readSync(file, into, 0, length, offset) !== length) throw new NotHere();
    return into;
  } catch (cause) {
    throw new NotHere("it cannot be read", { cause });
  } finally {
    if (typeof from === "string" && file !== undefined) closeSync(file);
  }
}
