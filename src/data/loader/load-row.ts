import type { Key } from "../../engine/random.ts";
import { FoveaError } from "../../platform/error.ts";
import { augmentInto, choicesOf, cropOf, type Augmentation } from "../augment/augment.ts";
import type { OnDrop } from "../sample.ts";
import type { PairSource, PictureSize, Shrink } from "./pair-source.ts";

/** How the pictures of a batch are made. */
export interface RowOptions {
  readonly shape: PictureSize;
  readonly augmentation: Augmentation;
  readonly onDrop: OnDrop;
}

/**
 * Writes a picture to its row of a batch, `[3, height, width]`.
 * @returns whether it can be read
 */
export async function loadRow<T>(
  source: PairSource<T>,
  pair: T,
  row: Uint8Array,
  key: Key,
  { shape, augmentation, onDrop }: RowOptions,
): Promise<boolean> {
  try {
    const choices = choicesOf(augmentation, key);
    if (isReady(source.planes, shape, augmentation) && !choices.grey) {
      await source.planes.read(pair, row);
      if (choices.mirror) mirror(row, shape.width);
    } else {
      const image = await source.image(pair, shrinkFor(shape, augmentation, key));
      augmentInto(row, image, shape, augmentation, key);
    }
    return true;
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    onDrop(String(source.id(pair)), error.code);
    return false;
  }
}

/** Whether pictures as they are stored are what the batch wants, but for mirroring. */
const isReady = <S extends PictureSize>(
  planes: S | undefined,
  shape: PictureSize,
  { crop, jitter }: Augmentation,
): planes is S =>
  planes?.width === shape.width && planes.height === shape.height && crop === undefined && jitter === undefined;

/**
 * A JPEG file can be decoded at a fraction of its size for a fraction of the work (its 8 x 8 blocks hold frequencies). This is how far the
 * part to be cut out stays at least as large as the view, so that nothing is enlarged.
 */
const shrinkFor =
  (view: PictureSize, augmentation: Augmentation, key: Key): Shrink =>
  (size) => {
    const box = cropOf(size, augmentation, key);
    return Math.min(box.width / view.width, box.height / view.height);
  };

/** Turns every row of planes left to right. */
function mirror(planes: Uint8Array, width: number): void {
  for (let start = 0; start < planes.length; start += width) {
    for (let left = start, right = start + width - 1; left < right; left++, right--)
      [planes[left], planes[right]] = [planes[right]!, planes[left]!];
  }
}
