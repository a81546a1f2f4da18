import type { Command } from "commander";
import { addCommands, type CommandTable } from "../command-table.ts";

const commands: CommandTable = [];

/** `fovea data`: a group of commands. */
export async function define(group: Command, args: readonly string[]): Promise<void> {
  await addCommands(group, commands, args);
}
