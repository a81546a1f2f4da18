/**
 * The names that a pattern with braces stands for, in order, as a shell and WebDataset have it: `{000..012}` counts with leading zeros,
 * `{train,val}` lists. A name without braces is itself.
 */
export function expandBraces(pattern: string): string[] {
  const [, before, inner, after] = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  if (before === undefined || inner === undefined || after === undefined) return [pattern];
  return choicesOf(inner).flatMap((choice) => expandBraces(after).map((rest) => `${before}${choice}${rest}`));
}

function choicesOf(inner: string): string[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(inner) ?? [];
  if (from === undefined || to === undefined) return inner.split(",");
  const [start, end] = [Number(from), Number(to)];
  const step = end < start ? -1 : 1;
  return Array.from({ length: Math.abs(end - start) + 1 }, (_, i) =>
    String(start + i * step).padStart(from.startsWith("0") ? from.length : 0, "0"),
  );
}
