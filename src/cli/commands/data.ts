import type { Command } from "commander";
import { addCommands, type CommandTable } from "../command-table.ts";

const commands: CommandTable = [
  ["clusters", "group pictures by what they show, as a page to browse", () => import("./data/clusters.ts")],
  ["concepts", "count what captions are about, and what they never show", () => import("./data/concepts.ts")],
  ["convert", "write a data set in another form", () => import("./data/convert.ts")],
  ["inspect", "show what is in a data set", () => import("./data/inspect.ts")],
  ["download", "fetch the pictures of a list of addresses", () => import("./data/download.ts")],
  ["pack", "decode pictures once, for fast training", () => import("./data/pack.ts")],
  ["caption", "let a model caption pictures, and choose among captions", () => import("./data/caption.ts")],
  ["documents", "make documents of text and pictures from web pages", () => import("./data/documents.ts")],
  ["world", "make synthetic scenes with exact truth", () => import("./data/world.ts")],
];

/** `fovea data`: a group of commands. */
export async function define(group: Command, args: readonly string[]): Promise<void> {
  await addCommands(group, commands, args);
}
