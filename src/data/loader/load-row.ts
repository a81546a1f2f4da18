import type { Key } from "../../engine/random.ts";
import { FoveaError } from "../../platform/error.ts";
import { augmentInto, choicesOf, cropOf, type Augmentation } from "../augment/augment.ts";
import type { Box } from "../image/resample.ts";
import type { OnDrop } from "../sample.ts";
import type { PairSource, PictureSize } from "./pair-source.ts";

/** How the pictures of a batch are made. */
export interface View {
  readonly shape: PictureSize;
  readonly augmentation: Augmentation;
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
  view: View,
  onDrop: OnDrop,
): Promise<boolean> {
  try {
    await writeRow(source, pair, row, key, view);
    return true;
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    onDrop(String(source.id(pair)), error.code);
    return false;
  }
}

/**
 * Writes a picture to its row of a batch.
 * @throws {InputError} if it cannot be read
 */
export async function writeRow<T>(
  source: Pick<PairSource<T>, "image" | "planes">,
  pair: T,
  row: Uint8Array,
  key: Key,
  { shape, augmentation }: View,
): Promise<void> {
  const choices = choicesOf(augmentation, key);
  if (isReady(source.planes, shape, augmentation) && !choices.grey) {
    await source.planes.read(pair, row);
    if (choices.mirror) mirror(row, shape.width);
  } else {
    const part = (size: PictureSize): Box => cropOf(size, augmentation, key);
    const image = await source.image(pair, { ...shape, part });
    augmentInto(row, image, shape, augmentation, key, image.box);
  }
}

/** Whether pictures as they are stored are what the batch wants, but for mirroring. */
const isReady = <S extends PictureSize>(
  planes: S | undefined,
  shape: PictureSize,
  { crop, jitter }: Augmentation,
): planes is S =>
  planes?.width === shape.width && planes.height === shape.height && crop === undefined && jitter === undefined;

/** Turns every row of planes left to right. */
function mirror(planes: Uint8Array, width: number): void {
  for (let start = 0; start < planes.length; start += width) {
    for (let left = start, right = start + width - 1; left < right; left++, right--)
      [planes[left], planes[right]] = [planes[right]!, planes[left]!];
  }
}
