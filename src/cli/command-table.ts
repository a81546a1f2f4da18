import type { Command } from "commander";

/** A command's own file, loaded when it is called: a command costs what it needs and no more. */
export interface CommandModule {
  /** Adds arguments, options, examples and what the command does; `args` are those that follow the command's name. */
  readonly define: (command: Command, args: readonly string[]) => void | Promise<void>;
}

/** The commands of a program, or of a group of commands. */
export type CommandTable = readonly (readonly [name: string, summary: string, load: () => Promise<CommandModule>])[];

/** Names every command of the table to `parent`, and defines the one that `args` ask for. */
export async function addCommands(parent: Command, table: CommandTable, args: readonly string[]): Promise<void> {
  const asked = args[0] === "help" ? args.slice(1) : args;
  for (const [name, summary, load] of table) {
    const command = parent.command(name).description(summary);
    if (name === asked[0]) await (await load()).define(command, asked.slice(1));
  }
}
