import type { Inspection, PictureFindings, TextFindings } from "../../data/inspect/inspection.ts";
import type { Distribution } from "../../data/inspect/tally.ts";
import { alignColumns } from "../columns.ts";
import { formatTick } from "../report/axis.ts";
import { formatCount } from "../scores.ts";

/** What is in a data set as lines for a terminal. */
export function inspectionText(found: Inspection): string[] {
  const share = (count: number): string => `${formatCount(count)} (${percent(count / found.samples)})`;
  const facts: Fact[] = [
    ["samples", formatCount(found.samples)],
    ["captions", formatCount(found.captions)],
    found.withoutCaption > 0 && ["without caption", share(found.withoutCaption)],
    found.boxes > 0 && ["boxes", `${formatCount(found.boxes)} on ${share(found.withBoxes)} samples`],
    found.withConversation > 0 && ["conversations", share(found.withConversation)],
    found.withFrames > 0 && ["with several frames", share(found.withFrames)],
    ...sharedFacts(found),
  ];
  return [
    ...factLines(facts),
    ...histograms(distributionsOf(found)),
    ...repeatedLines(found, "captions"),
    "",
    `${found.examples.length} examples, drawn at random`,
    ...found.examples.map(({ key, captions, width, height }) => {
      const size = width === undefined ? "" : ` ${width}x${height}`;
      return `  ${tail(key, 40)}${size}: ${clip(captions.join(" | ") || "(no caption)", 100)}`;
    }),
  ];
}

/** A fact of a data set; `false` if there is nothing to say. */
export type Fact = readonly [name: string, value: string] | false;

/** Facts as aligned lines; those without a value are left out. */
export const factLines = (facts: readonly Fact[]): string[] =>
  alignColumns(
    facts.flatMap((fact) => (fact === false || fact[1] === "" ? [] : [[...fact]])),
    ["left", "left"],
  );

/** What samples and documents have in common. */
export const sharedFacts = (found: PictureFindings & TextFindings): Fact[] => [
  ["picture files", shares(found.formats)],
  ["languages, as given", shares(found.languages)],
  ["languages, guessed", shares(found.guessedLanguages)],
  [
    "metadata",
    Object.entries(found.metadata)
      .map(([name, of]) => `${name} ${percent(of)}`)
      .join(", "),
  ],
  ...found.drops.map(({ reason, count, examples }): Fact => [
    reason,
    `${formatCount(count)} left out: ${exampleOf(count, examples)}`,
  ]),
  ...found.unreadable.map(({ reason, count, examples }): Fact => [
    reason,
    `${formatCount(count)} ${count === 1 ? "picture" : "pictures"}: ${exampleOf(count, examples)}`,
  ]),
];

/** The one there is, or one of several. */
const exampleOf = (count: number, [first = ""]: readonly string[]): string => (count > 1 ? `e.g. ${first}` : first);

/** Histograms of characters. */
export const histograms = (distributions: readonly (readonly [string, Distribution])[]): string[] =>
  distributions.flatMap(([title, distribution]) => ["", ...histogram(title, distribution)]);

/** Something with its title. */
export type Titled<T> = readonly [title: string, value: T];

/** Those that there are. */
export const present = <T>(titled: readonly Titled<T | undefined>[]): Titled<T>[] =>
  titled.flatMap(([title, value]) => (value === undefined ? [] : [[title, value] as const]));

/** What is measured, with its unit, in reading order. */
export const distributionsOf = (found: Inspection): Titled<Distribution>[] =>
  present([
    ["picture width, pixels", found.width],
    ["picture height, pixels", found.height],
    ["picture file, bytes", found.fileBytes],
    ["caption length, words", found.words],
    ["caption length, characters", found.characters],
  ]);

/** The five numbers that sum a distribution up. */
export const summary = ({ min, median, p90, max, mean }: Distribution): string =>
  `min ${formatTick(min)}, median ${formatTick(median)}, mean ${formatTick(Number(mean.toPrecision(3)))}, 90 % ${formatTick(p90)}, max ${formatTick(max)}`;

/** The values that a bar counts, e.g. "10-19" or "7". */
export const barLabel = (low: number, high: number): string =>
  high - low === 1 ? formatTick(low) : `${formatTick(low)}-${formatTick(high - 1)}`;

function histogram(title: string, distribution: Distribution): string[] {
  const most = Math.max(...distribution.bars.map(({ count }) => count));
  const rows = distribution.bars.map(({ low, high, count }) => [
    `  ${barLabel(low, high)}`,
    formatCount(count),
    "#".repeat(count === 0 ? 0 : Math.max(1, Math.round((40 * count) / most))),
  ]);
  return [`${title}: ${summary(distribution)}`, ...alignColumns(rows, ["right", "right", "left"])];
}

/** Texts that occur more than once. */
export function repeatedLines({ repeated, repeatedExactly }: TextFindings, what: string): string[] {
  if (repeated.length === 0) return [];
  const rows = repeated.slice(0, 10).map(({ text, count }) => [`  ${formatCount(count)}`, clip(text, 80)]);
  return ["", `${what} that repeat${repeatedExactly ? "" : ", at least"}`, ...alignColumns(rows, ["right", "left"])];
}

/** A fraction as percent: one digit below 10 %. */
export const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(fraction < 0.1 ? 1 : 0))} %`;

/** Counts as shares of their sum, the largest first. */
function shares(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const entries = Object.entries(counts);
  const shown = entries.slice(0, 12).map(([name, count]) => `${name} ${percent(count / total)}`);
  return [...shown, ...(entries.length > 12 ? [`${entries.length - 12} others`] : [])].join(", ");
}

/** A text on one line, shortened. */
export const clip = (text: string, length: number): string => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** A long key by its end, which tells it apart. */
export const tail = (key: string, length: number): string => (key.length > length ? `…${key.slice(1 - length)}` : key);
