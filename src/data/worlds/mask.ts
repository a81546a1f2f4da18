/**
 * A mask as COCO's uncompressed run lengths: down the columns, in turn pixels that are not of the thing and pixels that are, beginning with those
 * that are not (0 if the first pixel is).
 * @see https://github.com/cocodataset/cocoapi, `mask.py`
 */
export interface Mask {
  readonly size: readonly [height: number, width: number];
  readonly counts: readonly number[];
}

/** The masks of the pixels that carry the ids 1 to `count`. `ids`: `[height, width]`. */
export function masksOf(ids: Uint8Array, width: number, height: number, count: number): Mask[] {
  const runs = Array.from({ length: count + 1 }, (): number[] => []);
  const ends = new Uint32Array(count + 1); // where the last run of each id ended
  let [position, current, start] = [0, -1, 0];
  const close = (): void => {
    if (current <= 0) return;
    runs[current]!.push(start - ends[current]!, position - start);
    ends[current] = position;
  };
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++, position++) {
      const id = ids[y * width + x]!;
      if (id === current) continue;
      close();
      [current, start] = [id, position];
    }
  }
  close();
  return runs.slice(1).map((counts, index) => {
    const rest = position - ends[index + 1]!;
    return { size: [height, width], counts: rest > 0 ? [...counts, rest] : counts };
  });
}

/** The pixels of a mask: 1 where the thing is, `[height, width]`. */
export function maskPixels({ size: [height, width], counts }: Mask): Uint8Array {
  const pixels = new Uint8Array(height * width);
  let position = 0;
  for (const [index, length] of counts.entries()) {
    if (index % 2 === 1) {
      for (let at = position; at < position + length; at++) pixels[(at % height) * width + Math.floor(at / height)] = 1;
    }
    position += length;
  }
  return pixels;
}
