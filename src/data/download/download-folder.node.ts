import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import { reasonOf, writeAtomic } from "../../platform/node/files.ts";
import { makeFolder } from "../../platform/node/writing.ts";
import { DownloadSettings } from "./settings.ts";
import { isTemporary } from "./spool.node.ts";

/** Name of the file that says what a folder of shards is made with. */
const recordName = "download.json";

/** Settings that may change while a download goes on: they change how hard it tries, not what it makes. */
const mayDiffer = new Set(["timeout", "retries"]);

const Record = z.object({ settings: DownloadSettings });

/**
 * Makes the folder of a download, or goes on with it: removes what a killed run left unfinished.
 * @throws {InputError} DOWNLOAD_FOLDER_TAKEN, DOWNLOAD_SETTINGS_DIFFER, FILE_NOT_WRITABLE
 */
export async function prepareFolder(out: string, settings: DownloadSettings): Promise<void> {
  await makeFolder(out);
  const names = await readdir(out);
  const record = join(out, recordName);
  if (names.includes(recordName)) checkSettings(record, await readRecord(record), settings);
  else if (names.some((name) => !isTemporary(name)))
    throw new InputError(
      "DOWNLOAD_FOLDER_TAKEN",
      out,
      "the folder has files, and they are not of a download",
      "give an empty folder, or a new one",
    );
  else await writeAtomic(record, `${JSON.stringify({ settings }, undefined, 2)}\n`);
  for (const name of names.filter(isTemporary)) await rm(join(out, name), { recursive: true });
}

async function readRecord(path: string): Promise<DownloadSettings> {
  try {
    return Record.parse(JSON.parse(await readFile(path, "utf8"))).settings;
  } catch (cause) {
    throw new InputError("DOWNLOAD_FOLDER_TAKEN", path, reasonOf(cause), "give an empty folder, or a new one", {
      cause,
    });
  }
}

function checkSettings(path: string, kept: DownloadSettings, asked: DownloadSettings): void {
  const [before, now] = [new Map(Object.entries(kept)), new Map(Object.entries(asked))];
  const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => !mayDiffer.has(name));
  const differing = names.filter((name) => !isDeepStrictEqual(before.get(name), now.get(name)));
  if (differing.length === 0) return;
  const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";
  const found = differing
    .map((name) => `${name} was ${show(before.get(name))} and is ${show(now.get(name))}`)
    .join(", ");
  throw new InputError(
    "DOWNLOAD_SETTINGS_DIFFER",
    path,
    `the folder's shards are made with other settings: ${found}`,
    "give the same settings to go on, or another folder",
  );
}
