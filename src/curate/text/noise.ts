/** Names that cameras, phones, scanners and programs give, without their ending. */
const deviceName =
  /^(?:img|image|dsc[fn]?|dscn|pict?|photo|p|pxl|mvi|vid|scan|screen ?shots?|snapshot|untitled|unnamed|noname|download|thumb(?:nail)?|file|bild|foto|imagen|capture|gopr|cimg|sam|hpim|kakaotalk|whatsapp image)[\s_().-]*[\d\s_.():-]*(?:at[\s\d_.:-]*(?:am|pm)?)?(?:copy|final|edited?|small|large)?$/i;

const pictureEnding = /\.(?:jpe?g|png|gif|webp|bmp|tiff?|svg|avif|heic)$/i;

/** Whether a caption is nothing but the name of a file: it ends in a picture's ending, or is a device's numbering, a digest, or a slug with digits. */
export function isFileName(caption: string): boolean {
  const text = caption.trim();
  if (pictureEnding.test(text) && !/\s\S+\s\S+\s/.test(text)) return true;
  const name = text.replace(pictureEnding, "");
  if (
    deviceName.test(name) &&
    (/\d/.test(name) || /^(?:untitled|unnamed|noname|download|thumb(?:nail)?|screen ?shots?)$/i.test(name))
  )
    return true;
  if (/^(?:[\da-f]{16,}|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})$/i.test(name)) return true; // digest, UUID
  return !/\s/.test(name) && /[_-]/.test(name) && /\d{2,}/.test(name) && /[_-]\d|\d[_-]/.test(name);
}

/** Phrases of pages, shops and stock agencies that say nothing of the picture. */
const boilerplate: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "enlarge",
    /\b(?:click|tap|press|hover)\b.{0,20}\b(?:enlarge|zoom|view|expand|here|image|photo)\b|\bview (?:larger|full[ -]size)\b/i,
  ],
  [
    "missing",
    /\b(?:no|missing) (?:image|photo|picture)\b|\b(?:image|photo|picture) (?:not (?:available|found)|unavailable|coming soon|missing|placeholder)\b/i,
  ],
  [
    "stock",
    /\b(?:stock (?:image|photo|picture|vector|illustration|footage)s?|royalty[ -]free|shutterstock|istock(?:photo)?|getty ?images|dreamstime|alamy|depositphotos|123rf)\b/i,
  ],
  ["rights", /\ball rights reserved\b|\bcopyright\b|[\u00a9\u00ae]|\bphoto (?:credit|courtesy|by)\b/i],
  [
    "shop",
    /\b(?:add to (?:cart|basket)|buy now|free shipping|out of stock|in stock|sku\b|item #|best price|on sale)\b/i,
  ],
  [
    "share",
    /\b(?:share (?:on|this)|pin it|follow us|subscribe|like us on|read more|continue reading|learn more|sign up|log ?in)\b/i,
  ],
  [
    "result",
    /^(?:image result for|picture of|image may contain|photo of the day|image for|this image|view the image)\b/i,
  ],
  [
    "empty",
    /^(?:image|photo|picture|pic|img|logo|icon|banner|header|background|avatar|thumbnail|spacer|null|undefined|none|n\/?a|alt|title|caption|description|default|placeholder|blank|-+|\.+)$/i,
  ],
];

/** The first kind of boilerplate that a caption shows; `undefined` if it shows none. */
export function boilerplateIn(caption: string): string | undefined {
  const text = caption.trim();
  return boilerplate.find(([, pattern]) => pattern.test(text))?.[0];
}

/** What alt-texts have besides words: addresses, markup, tags, codes, signs. */
const noise =
  /^(?:https?:\/\/\S*|www\.\S+|\S+\.(?:com|net|org|io|co|html?|php|aspx?)(?:\/\S*)?|<[^>]*>?|[^<]*>|&(?:#\d+|#x[\da-f]+|[a-z]+);|[#@]\S+|\{\{?.*|.*\}\}?|%[\da-f]{2}.*|[^\p{L}\p{N}]+)$/iu;

/**
 * The share of a caption's words that are none, 0 to 1: web addresses, markup, hashtags, article codes, signs alone, and words that were
 * there before in the same caption (function words aside). 0 for an empty caption.
 */
export function altTextNoise(caption: string): number {
  const words = caption.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return 0;
  const seen = new Set<string>();
  let count = 0;
  for (const word of words) {
    const isPlain = /^[A-Za-z]+$/.test(word); // as most words: no signs to take off, and nothing that makes noise of it
    const plain = isPlain ? word.toLowerCase() : stripped(word.toLowerCase());
    const isRepeated = plain.length > 3 && seen.has(plain);
    seen.add(plain);
    if (isPlain) count += Number(isRepeated);
    else if (noise.test(word) ? !/^[&+\u2013\u2014/-]$/.test(word) : isCode(plain) || isRepeated) count++;
  }
  return count / words.length;
}

/** A word without the signs around it. */
const stripped = (word: string): string => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

/** A code of letters and digits such as `B07XJ8C8F5`, or a long number. */
const isCode = (word: string): boolean =>
  /^\d{5,}$/.test(word) ||
  (word.length >= 6 && (word.match(/\d+/g)?.length ?? 0) >= 2 && /\p{L}/u.test(word) && !word.includes("-"));
