import type { RgbImage } from "../../platform/platform.ts";
import type { Sample, SampleImage } from "../sample.ts";

/** Pixels between pictures. */
const gap = 4;

/**
 * Pictures of a world in rows, to be looked at: one row for each item, the frames of a clip in order.
 * @param columns pictures in a row; what is more is left out
 */
export function contactSheet(items: readonly (readonly Sample[])[], side: number, columns: number): RgbImage {
  const rows = items.flatMap((samples) => {
    const clips = samples.filter(({ frames }) => frames !== undefined);
    return clips.length > 0 ? clips.map(({ frames }) => frames!) : [samples.map(({ image }) => image)];
  });
  const step = side + gap;
  const [width, height] = [columns * step + gap, rows.length * step + gap];
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [row, pictures] of rows.entries()) {
    for (const [column, picture] of pictures.slice(0, columns).entries()) {
      if (isDecoded(picture)) place(data, width, picture, gap + column * step, gap + row * step);
    }
  }
  return { data, width, height };
}

const isDecoded = (image: SampleImage): image is RgbImage => !(image instanceof Uint8Array) && !("read" in image);

function place(data: Uint8Array, width: number, picture: RgbImage, left: number, top: number): void {
  const bytes = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    data.set(picture.data.subarray(y * bytes, (y + 1) * bytes), ((top + y) * width + left) * 3);
  }
}
