import { spriteOf, type Sprite } from "./sprite.ts";

const [mortar, brick] = [
  [120, 112, 106],
  [172, 96, 74],
] as const;

/** A wall of bricks, for things to go behind or to land on. Rows and columns count bricks. */
export function brickSprite(rows: number, columns: number): Sprite {
  const [brickWidth, brickHeight] = [16, 8];
  const [width, height] = [columns * brickWidth, rows * brickHeight];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const shift = Math.floor(y / brickHeight) % 2 === 0 ? 0 : brickWidth / 2;
    for (let x = 0; x < width; x++) {
      const isMortar = y % brickHeight === 0 || (x + shift) % brickWidth === 0;
      data.set([...(isMortar ? mortar : brick), 255], (y * width + x) * 4);
    }
  }
  return spriteOf({ data, width, height })!; // opaque everywhere
}
