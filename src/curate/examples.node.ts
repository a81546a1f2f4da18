import sharp from "sharp";
import { fold, integer, key as seedKey } from "../engine/random.ts";
import { FoveaError } from "../platform/error.ts";
import type { Sample } from "../data/sample.ts";
import { rowsShownTo, type TableFor, type Verdicts } from "./judge.ts";
import { openPicture } from "./picture/open-picture.node.ts";
import type { Plan } from "./plan.ts";
import type { Example, Gallery } from "./report.ts";

/** Examples for each reason, and twice as many of what is kept. */
const perReason = 12;

/** Side of a picture in the report, in pixels. */
const side = 128;

/** Which rows the report shows: for each stage and reason some drawn by lot, always the same ones. */
export function chooseExamples({ stages, reasonIds }: Verdicts): ReadonlyMap<number, string> {
  const chosen = new Map<string, number[]>();
  const seen = new Map<string, number>();
  for (let row = 0; row < stages.length; row++) {
    const group = groupOf(stages[row]!, reasonIds[row]!);
    const rows = chosen.get(group) ?? [];
    chosen.set(group, rows);
    const room = stages[row] === 0 ? 2 * perReason : perReason;
    const count = seen.get(group) ?? 0;
    seen.set(group, count + 1);
    // Reservoir sampling: each row of the group ends up in it with the same chance.
    const place = count < room ? count : integer(fold(seedKey(0), group, row), count + 1);
    if (place < room) rows[place] = row;
  }
  return new Map([...chosen].flatMap(([group, rows]) => rows.map((row) => [row, group] as const)));
}

const groupOf = (stage: number, reason: number): string => (stage === 0 ? "0" : `${stage} ${reason}`);

/**
 * The samples that chosen rows were dropped for being too much like, for the rules that name them.
 * @param keys of all rows
 * @returns by the number of the chosen row that of the other
 */
export async function likesOf(
  { rules }: Plan,
  verdicts: Verdicts,
  chosen: ReadonlyMap<number, string>,
  keys: readonly string[],
  tableFor: TableFor,
): Promise<ReadonlyMap<number, number>> {
  const likes = new Map<number, string>();
  for (const [i, rule] of rules.entries()) {
    const rows = Array.from(chosen.keys()).filter((row) => verdicts.stages[row] === i + 1);
    if (rule.like === undefined || rows.length === 0) continue;
    const names = (await tableFor(rule, rowsShownTo(i, verdicts))).texts(rule.like);
    for (const row of rows) if (typeof names[row] === "string") likes.set(row, names[row]);
  }
  const wanted = new Set(likes.values());
  const places = new Map(Array.from(keys.entries()).flatMap(([row, key]) => (wanted.has(key) ? [[key, row]] : [])));
  return new Map(Array.from(likes, ([row, key]) => [row, places.get(key)!]));
}

/**
 * Fetches the chosen rows from the data, with small pictures.
 * @param samples all of the data, in its order
 * @param likes   see {@link likesOf}
 */
export async function galleriesOf(
  samples: AsyncIterable<Sample>,
  { rules }: Plan,
  verdicts: Verdicts,
  chosen: ReadonlyMap<number, string>,
  likes: ReadonlyMap<number, number>,
): Promise<Gallery[]> {
  const wanted = new Set([...chosen.keys(), ...likes.values()]);
  const found = new Map<number, Example>();
  let row = 0;
  for await (const sample of samples) {
    if (found.size === wanted.size) break;
    if (wanted.has(row)) found.set(row, await exampleOf(sample));
    row++;
  }
  const examples = new Map<string, Example[]>();
  for (const [chosenRow, group] of Array.from(chosen).sort(([a], [b]) => a - b)) {
    const example = found.get(chosenRow);
    if (example === undefined) continue; // the data is shorter than it was
    const like = found.get(likes.get(chosenRow) ?? -1);
    examples.set(group, [...(examples.get(group) ?? []), { ...example, ...(like && { like }) }]);
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < verdicts.stages.length; i++) {
    const group = groupOf(verdicts.stages[i]!, verdicts.reasonIds[i]!);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const groups = [...examples].map(([group, list]): readonly [number, Gallery] => {
    const [stage = 0, reasonId = 0] = group.split(" ").map(Number);
    const count = counts.get(group)!;
    if (stage === 0) return [0, { stage: "kept", count, examples: list }];
    const rule = rules[stage - 1]!;
    const reason = verdicts.reasons[reasonId]!;
    return [stage, { stage: rule.id, reason, meaning: rule.reasons[reason]!, count, examples: list }];
  });
  return groups.sort(([a], [b]) => a - b).map(([, gallery]) => gallery);
}

async function exampleOf({ key, captions, image }: Sample): Promise<Example> {
  const caption = captions[0]?.text ?? "";
  try {
    const { rgb } = await openPicture(image);
    const picture = await sharp(rgb.data, { raw: { width: rgb.width, height: rgb.height, channels: 3 } })
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .webp({ quality: 75 })
      .toBuffer();
    return { key, caption, picture };
  } catch (error) {
    if (error instanceof FoveaError) return { key, caption };
    throw error;
  }
}
