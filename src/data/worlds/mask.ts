import type { RunLengths } from "../sample.ts";

/** The masks of the pixels that carry the ids 1 to `count`. `ids`: `[height, width]`. */
export function masksOf(ids: Uint8Array, width: number, height: number, count: number): RunLengths[] {
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
    return { width, height, counts: rest > 0 ? [...counts, rest] : counts };
  });
}

/** The pixels of a mask: 1 where the thing is, `[height, width]`. */
export function maskPixels({ width, height, counts }: RunLengths): Uint8Array {
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
