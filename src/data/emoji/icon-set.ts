import * as z from "zod";
import { normalCode } from "./concepts.ts";

/** `icons.json` of an Iconify set: SVG bodies by name. Other keys are not needed. */
export const IconSetFile = z.object({
  prefix: z.string(),
  icons: z.record(
    z.string(),
    z.object({ body: z.string(), width: z.number().optional(), height: z.number().optional() }),
  ),
  aliases: z.record(z.string(), z.object({ parent: z.string(), hFlip: z.boolean().optional() })).default({}),
  width: z.number().default(16), // Iconify's own default
  height: z.number().default(16),
});
/** See {@link IconSetFile}. */
export type IconSetFile = z.infer<typeof IconSetFile>;

/** `chars.json` of an Iconify set: icon names by code points. */
export const IconCharsFile = z.record(z.string(), z.string());

/** Finds a vendor's drawing of a concept, first by code points, then by the label's slug; `undefined` if the vendor has none. */
export function iconFinder(
  set: IconSetFile,
  chars: z.infer<typeof IconCharsFile>,
): (code: string, englishLabel: string) => string | undefined {
  const byCode = new Map(Object.entries(chars).map(([code, name]) => [normalCode(code), name]));
  const names = new Set([...Object.keys(set.icons), ...Object.keys(set.aliases)]);
  return (code, englishLabel) => {
    const name = byCode.get(code) ?? slug(englishLabel);
    return names.has(name) ? name : undefined;
  };
}

/** Iconify's name for a label: `keycap: 1` -> `keycap-1`, `piñata` -> `pinata`. */
const slug = (label: string): string =>
  label
    .normalize("NFD")
    .replace(/[\u0300-\u036f’'“”.,!()]/g, "")
    .replace(/&/g, "and")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** An icon as an SVG document of `side` x `side` pixels; an icon that is not square is centred. `undefined` if an alias leads nowhere. */
export function iconSvg(set: IconSetFile, name: string, side: number): string | undefined {
  let mirrored = false;
  let resolved = name;
  // An alias may point to an alias; names already seen cannot help, so the number of aliases bounds the walk.
  for (let steps = Object.keys(set.aliases).length; steps > 0; steps--) {
    const alias = set.aliases[resolved];
    if (alias === undefined) break;
    if (alias.hFlip === true) mirrored = !mirrored;
    resolved = alias.parent;
  }
  const icon = set.icons[resolved];
  if (icon === undefined) return undefined;
  const [width, height] = [icon.width ?? set.width, icon.height ?? set.height];
  const body = mirrored ? `<g transform="translate(${width} 0) scale(-1 1)">${icon.body}</g>` : icon.body;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `width="${side}" height="${side}" viewBox="0 0 ${width} ${height}">${body}</svg>`
  );
}
