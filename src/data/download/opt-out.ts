/**
 * Signals in HTTP headers by which publishers reserve a picture from machine learning. The list is closed.
 *
 * - `noai`, `noimageai`: directives of `X-Robots-Tag` for this purpose, first of DeviantArt.
 * - `noindex`, `noimageindex`, `none`: directives of `X-Robots-Tag` against being collected at all; `none` includes `noindex`.
 * - `tdm-reservation`: the header of the TDM Reservation Protocol, https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
 * - `train-ai`: `Content-Usage: train-ai=n` of the IETF's aipref drafts, https://datatracker.ietf.org/wg/aipref/
 */
export const optOutSignals = [
  "noai",
  "noimageai",
  "noindex",
  "noimageindex",
  "none",
  "tdm-reservation",
  "train-ai",
] as const;

/** A signal by which a publisher reserves a picture. */
export type OptOutSignal = (typeof optOutSignals)[number];

/** Headers of an answer by lower-case name, a list each: headers may be repeated. */
export type HeaderLists = Readonly<Record<string, readonly string[] | undefined>>;

/** Directives that have a value after a colon, which must not be taken for the name of a robot. */
const valued = new Set(["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"]);

/**
 * The first of `respected` that an answer gives.
 *
 * In `X-Robots-Tag` a directive may be addressed to one robot, as `otherbot: noindex`; those for everybody, for `*` and for `robot` count.
 *
 * @param robot the name by which we are addressed, as in the user agent
 * @see https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#xrobotstag
 */
export function optOutOf(
  headers: HeaderLists,
  respected: ReadonlySet<OptOutSignal>,
  robot: string,
): OptOutSignal | undefined {
  const given = new Set<string>(headers["x-robots-tag"]?.flatMap((value) => directivesFor(robot, value)));
  if (headers["tdm-reservation"]?.some((value) => value.trim() === "1")) given.add("tdm-reservation");
  if (headers["content-usage"]?.some((value) => /(?:^|,)\s*train-ai\s*=\s*n\s*(?:[,;]|$)/i.test(value)))
    given.add("train-ai");
  return optOutSignals.find((signal) => given.has(signal) && respected.has(signal));
}

/** The directives of one `X-Robots-Tag` value that are for us, lower-case. A name holds until the next one. */
function directivesFor(robot: string, value: string): string[] {
  const directives: string[] = [];
  let isForUs = true;
  for (const part of value.toLowerCase().split(",")) {
    const [, name, rest] = /^\s*([^:\s]+)\s*:(.*)$/.exec(part) ?? [];
    const isAddress = name !== undefined && !valued.has(name);
    if (isAddress) isForUs = name === "*" || name === robot.toLowerCase();
    if (isForUs) directives.push((isAddress ? (rest ?? "") : part).trim());
  }
  return directives;
}
