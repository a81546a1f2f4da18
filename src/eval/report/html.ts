/** Markup that is safe to write as it is. Only {@link html} and {@link trusted} make it. */
export interface Html {
  readonly markup: string;
}

/** What {@link html} takes between its parts: text is escaped, markup is kept, lists are joined, `undefined` and `false` vanish. */
export type Content = string | number | Html | undefined | false | readonly Content[];

/** Template tag for HTML and SVG: every value is escaped unless it is markup itself, in text and in quoted attributes alike. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html => ({
  markup: parts.reduce((written, part, i) => written + toMarkup(values[i - 1]) + part),
});

/** Marks text of this program (a style sheet, a script) as markup. Never for text from outside. */
export const trusted = (markup: string): Html => ({ markup });

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function toMarkup(value: Content): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (character) => entities[character]!);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(toMarkup).join("");
}

/** PNG bytes as an address that needs no file beside the page. */
export function pngDataUri(png: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < png.length; i += 8192) binary += String.fromCharCode(...png.subarray(i, i + 8192));
  return `data:image/png;base64,${btoa(binary)}`;
}
