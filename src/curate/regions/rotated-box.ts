/** A point in pixels: `x` to the right, `y` down. Pixel centres are at whole numbers. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle that may be turned. */
export interface RotatedBox {
  /** Centre, pixels. */
  readonly x: number;
  /** Centre, pixels. */
  readonly y: number;
  /** Along the direction of `angle`, pixels. */
  readonly width: number;
  /** Across it, pixels. */
  readonly height: number;
  /** Of the width's direction from the x axis, clockwise as seen; radians in [-π/4, π/4]. */
  readonly angle: number;
}

/** The rectangle of least area around points, of which there is at least one. */
export function smallestBoxAround(points: readonly Point[]): RotatedBox {
  const hull = convexHull(points);
  let smallest: RotatedBox | undefined;
  for (let i = 0; i < hull.length; i++) {
    const from = hull[i]!;
    const to = hull[(i + 1) % hull.length]!;
    const box = boxAlong(hull, quarterTurn(Math.atan2(to.y - from.y, to.x - from.x)));
    if (smallest === undefined || box.width * box.height < smallest.width * smallest.height) smallest = box;
  }
  return smallest!;
}

/** The same box, wider by `by` pixels on each side. */
export const grown = (box: RotatedBox, by: number): RotatedBox => ({
  ...box,
  width: box.width + 2 * by,
  height: box.height + 2 * by,
});

/** Whether a box holds a point. */
export function covers(box: RotatedBox, x: number, y: number): boolean {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const [dx, dy] = [x - box.x, y - box.y];
  return Math.abs(dx * cos + dy * sin) <= box.width / 2 && Math.abs(dy * cos - dx * sin) <= box.height / 2;
}

/** The corners, clockwise from the top left one as the box itself is seen. */
export function cornersOf({ x, y, width, height, angle }: RotatedBox): [Point, Point, Point, Point] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corner = (u: number, v: number): Point => ({
    x: x + (u * width * cos - v * height * sin) / 2,
    y: y + (u * width * sin + v * height * cos) / 2,
  });
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** Every whole-numbered point of a box that lies in a picture. */
export function* pixelsOf(
  box: RotatedBox,
  picture: { width: number; height: number },
): Generator<[x: number, y: number]> {
  const corners = cornersOf(box);
  const clip = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
  const span = (axis: "x" | "y", size: number): [number, number] => {
    const values = corners.map((corner) => corner[axis]);
    return [clip(Math.ceil(Math.min(...values)), size), clip(Math.floor(Math.max(...values)), size)];
  };
  const [left, right] = span("x", picture.width);
  const [top, bottom] = span("y", picture.height);
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) if (covers(box, x, y)) yield [x, y];
}

/** An angle as one of [-π/4, π/4] that makes the same rectangle. */
function quarterTurn(angle: number): number {
  return angle - (Math.PI / 2) * Math.round(angle / (Math.PI / 2));
}

function boxAlong(hull: readonly Point[], angle: number): RotatedBox {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = hull.map(({ x, y }) => x * cos + y * sin);
  const across = hull.map(({ x, y }) => y * cos - x * sin);
  const [left, right, top, bottom] = [Math.min(...along), Math.max(...along), Math.min(...across), Math.max(...across)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return { x: u * cos - v * sin, y: u * sin + v * cos, width: right - left, height: bottom - top, angle };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain;
  };
  const [lower, upper] = [half(sorted), half(sorted.toReversed())];
  return sorted.length === 1 ? sorted : [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

const turn = (a: Point, b: Point, c: Point): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
