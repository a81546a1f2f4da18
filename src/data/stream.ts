/**
 * Maps a stream with several results under way at once, and yields them in the order of the input: the `ahead` items that
 * follow the one last yielded are already started.
 */
export async function* mapInOrder<A, B>(
  input: AsyncIterable<A> | Iterable<A>,
  ahead: number,
  map: (item: A) => Promise<B>,
): AsyncGenerator<B> {
  const pending: Promise<B>[] = [];
  for await (const item of input) {
    const result = map(item);
    result.catch(() => {}); // reported when its turn comes; a consumer that stops early never asks
    pending.push(result);
    if (pending.length > ahead) yield await pending.shift()!;
  }
  while (pending.length > 0) yield await pending.shift()!;
}
