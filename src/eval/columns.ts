/** Where a column's text stands. */
export type Align = "left" | "right";

/** Terminal cells that `text` takes: two for East Asian wide characters and emoji, none for combining marks and joiners. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) if (!invisible.test(character)) width += wide.test(character) ? 2 : 1;
  return width;
}

const invisible = /[\p{Mark}\p{Cf}\p{Cc}]/u;
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Lines of text whose cells stand in columns, two spaces apart, without trailing spaces. */
export function alignColumns(rows: readonly (readonly string[])[], align: readonly Align[]): string[] {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((row) => displayWidth(row[column] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
        return align[column] === "right" ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}
