import { fold, integer, type Key } from "../../engine/random.ts";

/**
 * Mixes a stream with bounded memory: `capacity` items are held back, and each that arrives replaces a random one of them, which goes out.
 * The order depends on the key and the input's order alone.
 */
export async function* shuffled<T>(items: AsyncIterable<T>, capacity: number, key: Key): AsyncGenerator<T> {
  const held: T[] = [];
  let count = 0;
  const draw = (): number => integer(fold(key, "shuffle", count++), held.length);
  for await (const item of items) {
    if (held.length < capacity) {
      held.push(item);
      continue;
    }
    const at = draw();
    yield held[at]!;
    held[at] = item;
  }
  while (held.length > 0) {
    const at = draw();
    yield held[at]!;
    held[at] = held.at(-1)!;
    held.pop();
  }
}
