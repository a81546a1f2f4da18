import { open, readFile, rm, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../../platform/error.ts";

const Settings = z.object({ settings: z.string() });
const Line = z.object({ key: z.string(), captions: z.array(z.string()) });

/** Captions that were paid for, kept in a file until the data set that they are for is written: an interrupted run goes on without asking again. */
export class CaptionJournal {
  readonly path: string;
  /** What earlier runs got, by sample. */
  readonly known: ReadonlyMap<string, readonly string[]>;
  readonly #file: FileHandle;

  private constructor(path: string, known: ReadonlyMap<string, readonly string[]>, file: FileHandle) {
    this.path = path;
    this.known = known;
    this.#file = file;
  }

  /**
   * Opens a journal, or begins one.
   * @param settings all that the captions depend on
   * @throws {InputError} CAPTIONS_OF_OTHER_SETTINGS
   */
  static async open(path: string, settings: string): Promise<CaptionJournal> {
    const [first, ...lines] = (await readIfThere(path)).split("\n");
    const begun = first === "" ? undefined : parse(Settings, first)?.settings;
    if (first !== "" && begun !== settings)
      throw new InputError(
        "CAPTIONS_OF_OTHER_SETTINGS",
        path,
        `it keeps captions of an unfinished run with other settings: ${begun ?? "unreadable ones"}`,
        "run the earlier command again to finish it, or delete this file",
      );
    const known = new Map<string, readonly string[]>();
    for (const line of lines) {
      const entry = parse(Line, line); // the last line may be cut off
      if (entry !== undefined) known.set(entry.key, entry.captions);
    }
    const file = await open(path, "a");
    if (first === "") await file.appendFile(`${JSON.stringify({ settings })}\n`);
    else if (lines.at(-1) !== "") await file.appendFile("\n"); // ends a line that was cut off
    return new CaptionJournal(path, known, file);
  }

  /** Keeps the captions of a sample. */
  readonly add = async (key: string, captions: readonly string[]): Promise<void> => {
    await this.#file.appendFile(`${JSON.stringify({ key, captions })}\n`);
  };

  /** Closes the file, which stays. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Closes and removes the file: what it kept is written elsewhere. */
  async finish(): Promise<void> {
    await this.close();
    await rm(this.path);
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, line: string | undefined): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line ?? "")).data;
  } catch {
    return undefined;
  }
}
