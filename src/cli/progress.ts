import { displayWidth } from "../eval/columns.ts";

/** Where progress is written: `process.stderr`, or a test's own. */
export interface ProgressStream {
  write(text: string): unknown;
  /** Cells of a line on a terminal. */
  readonly columns?: number;
}

/** One line that changes in place, a line every few seconds, or a JSON object every few seconds. */
export type ProgressMode = "live" | "plain" | "json";

/** What is under way, and how to show it. */
export interface ProgressOptions {
  /** What is done, e.g. "train". */
  readonly task: string;
  /** Steps in all; absent where nobody knows. */
  readonly total?: number;
  /** What {@link ProgressDetails.items} counts, in the plural, e.g. "pictures". */
  readonly unit?: string;
  readonly mode: ProgressMode;
  readonly stream: ProgressStream;
  /** A clock, in milliseconds, e.g. `() => performance.now()`. */
  readonly now: () => number;
  /** Between lines in plain and JSON mode; 5,000 if absent. */
  readonly everyMs?: number;
}

/** What an update may tell besides the step. */
export interface ProgressDetails {
  /** Items so far, for the rate. */
  readonly items?: number;
  /** Shown with four digits, e.g. the loss. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Progress of one piece of long work. */
export interface Progress {
  /** Says that `step` steps are done. Cheap: call it after each. */
  readonly update: (step: number, details?: ProgressDetails) => void;
  /** Prints a line that stays, above the live line. Not in JSON mode, where it would break the stream. */
  readonly note: (line: string) => void;
  /** Takes the live line away; in the other modes writes where the work ended, unless that stands there already. */
  readonly done: () => void;
}

/** JSON where it is asked for, the live line on a terminal that can move its cursor, else plain lines. */
export function progressMode(found: { json: boolean; isTerminal: boolean; term: string | undefined }): ProgressMode {
  if (found.json) return "json";
  return found.isTerminal && found.term !== "dumb" ? "live" : "plain";
}

/**
 * Starts to show progress. The rate and the time left are those of the later half of the time so far, ten seconds at least: a machine with
 * other work on it is fast and slow by turns. What passes before the first step counts for nothing.
 */
export function startProgress(options: ProgressOptions): Progress {
  const { task, mode, stream, now, everyMs = 5000 } = options;
  const interval = mode === "live" ? 100 : everyMs;
  const started = now();
  const marks: Moment[] = []; // where the work stood at a hundred moments or so of that half, oldest first
  let first: Moment | undefined;
  let latest: Moment | undefined;
  let shown: Moment | undefined;

  const show = (moment: Moment): void => {
    shown = moment;
    const status = statusOf(moment, marks[0], started, options.total);
    if (mode === "json") stream.write(`${JSON.stringify({ event: "progress", task, ...status })}\n`);
    else if (mode === "plain") stream.write(`${task}: ${describe(status, options.unit).join(", ")}\n`);
    else stream.write(clearLine + liveLine(task, status, options.unit, (stream.columns ?? 80) - 1));
  };

  return {
    update: (step, details) => {
      latest = { ms: now(), step, ...details };
      first ??= latest;
      const previous = marks.at(-1);
      const half = (latest.ms - started) / 2;
      if (previous === undefined || latest.ms - previous.ms >= Math.max(500, half / 100)) marks.push(latest);
      if (marks.length === 3 && marks[0] === first) marks.shift();
      while (marks.length > 1 && latest.ms - marks[1]!.ms >= Math.max(10_000, half)) marks.shift();
      if (shown === undefined || latest.ms - shown.ms >= interval) show(latest);
    },
    note: (line) => {
      if (mode === "json") return;
      stream.write(mode === "live" ? `${clearLine}${line}\n` : `${line}\n`);
      if (mode === "live" && latest) show(latest);
    },
    done: () => {
      if (mode === "live") stream.write(clearLine);
      else if (latest && latest !== shown) show(latest);
    },
  };
}

/** Where the work stood at one time. */
interface Moment extends ProgressDetails {
  readonly ms: number;
  readonly step: number;
}

/** What there is to say of a moment; the keys are those of the JSON lines. */
interface Status {
  readonly step: number;
  readonly items?: number;
  readonly total?: number;
  /** Since the start. */
  readonly seconds: number;
  readonly secondsLeft?: number;
  readonly itemsPerSecond?: number;
  readonly values?: Readonly<Record<string, number>>;
}

function statusOf(moment: Moment, before: Moment | undefined, started: number, total: number | undefined): Status {
  const { step, items, values } = moment;
  const elapsed = before ? (moment.ms - before.ms) / 1000 : 0;
  const stepsPerSecond = before && elapsed > 0 ? (step - before.step) / elapsed : 0;
  const itemsMade = before?.items !== undefined && items !== undefined ? items - before.items : 0;
  return {
    step,
    ...(items !== undefined && { items }),
    ...(total !== undefined && { total }),
    seconds: rounded((moment.ms - started) / 1000),
    ...(total !== undefined && stepsPerSecond > 0 && { secondsLeft: rounded((total - step) / stepsPerSecond) }),
    ...(itemsMade > 0 && elapsed > 0 && { itemsPerSecond: rounded(itemsMade / elapsed) }),
    ...(values && { values }),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The status as phrases: steps, or items where a step is one, values, rate, time left. */
function describe(status: Status, unit = "items"): string[] {
  const { step, items, total, values = {}, itemsPerSecond, secondsLeft } = status;
  const done = step.toLocaleString("en-US");
  return [
    total !== undefined
      ? `${done}/${total.toLocaleString("en-US")}`
      : items === step
        ? `${done} ${step === 1 ? unit.replace(/s$/, "") : unit}`
        : `step ${done}`,
    ...Object.entries(values).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`),
    ...(itemsPerSecond === undefined ? [] : [`${formatRate(itemsPerSecond)} ${unit}/s`]),
    ...(secondsLeft === undefined ? [] : [`${formatDuration(secondsLeft)} left`]),
  ];
}

const formatRate = (rate: number): string => (rate < 10 ? String(rate) : Math.round(rate).toLocaleString("en-US"));

/** A duration for reading: "42 s", "3 min 05 s", "2 h 07 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, hours] = [Math.floor(whole / 60), Math.floor(whole / 3600)];
  const two = (part: number): string => String(part % 60).padStart(2, "0");
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole)} s` : `${whole} s`;
}

/** Back to the start of the line, and erase it. */
const clearLine = "\r\u001B[K";

/** One line of at most `width` cells: a bar where it fits and the total is known, then the phrases that fit. */
function liveLine(task: string, status: Status, unit: string | undefined, width: number): string {
  const phrases = describe(status, unit);
  const line = (shown: readonly string[]): string => [task, ...shown].join("  ");
  while (phrases.length > 1 && displayWidth(line(phrases)) > width) phrases.pop();
  const room = Math.min(24, width - displayWidth(line(phrases)) - 2);
  if (status.total === undefined || room < 8) return line(phrases).slice(0, width);
  return line([bar(status.step / status.total, room), ...phrases]);
}

function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const part = " \u258F\u258E\u258D\u258C\u258B\u258A\u2589"[eighths % 8]!;
  return `${"\u2588".repeat(eighths / 8)}${eighths % 8 === 0 ? "" : part}`.padEnd(width, "\u00B7");
}
