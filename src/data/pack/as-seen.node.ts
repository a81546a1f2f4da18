import sharp from "sharp";
import { moveBox, turnOfBoxes } from "../move-boxes.ts";
import type { Sample } from "../sample.ts";

/**
 * A sample whose boxes are of the picture as it is seen: those of pixels that EXIF turns by a quarter are turned ({@link turnOfBoxes}).
 * Pictures that have no header to read stay as they are, for whoever decodes them to say so.
 * @throws {InputError} FILE_NOT_READABLE
 */
export async function asSeen(sample: Sample): Promise<Sample> {
  const { image, boxes, metadata } = sample;
  const isDecoded = !(image instanceof Uint8Array) && "data" in image;
  if (boxes === undefined || isDecoded) return sample;
  const bytes = image instanceof Uint8Array ? image : await image.read();
  const header = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  const turn = header && turnOfBoxes(metadata, header, header.orientation ?? 1);
  if (turn === undefined) return { ...sample, image: bytes };
  return {
    ...sample,
    image: bytes,
    boxes: boxes.map((box) => moveBox(box, turn)),
    metadata: { ...metadata, ...turn.to },
  };
}
