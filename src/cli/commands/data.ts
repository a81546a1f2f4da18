import type { Command } from "commander";
import { addCommands, type CommandTable } from "../command-table.ts";

const commands: CommandTable = [
  ["concepts", "count what captions are about, and what they never show", () => import("./data/concepts.ts")],
  ["convert", "write a data set in another form", () => import("./data/convert.ts")],
  ["download", "fetch the pictures of a list of addresses", () => import("./data/download.ts")],
  ["pack", "decode pictures once, for fast training", () => import("./data/pack.ts")],
  ["world", "make synthetic scenes with exact truth", () => import("./data/world.ts")],
];

/** `fovea data`: a group of commands. */
export async function define(group: Command, args: readonly string[]): Promise<void> {
  await addCommands(group, commands, args);
}
