import { Command } from "commander";
import { exitCode, exitCodesText, reportFailure } from "./failure.ts";
import { version } from "./version.ts";

/** A command's own file, loaded when it is called: a command costs what it needs and no more. */
interface CommandModule {
  /** Adds arguments, options, examples and what the command does. */
  readonly define: (command: Command) => void;
}

const commands: readonly (readonly [name: string, summary: string, load: () => Promise<CommandModule>])[] = [
  ["start", "train CLIP on real pictures, evaluate it and write a report", () => import("./commands/start.ts")],
  ["train", "train a model by a recipe", () => import("./commands/train.ts")],
  ["eval", "score a model on your own data", () => import("./commands/eval.ts")],
  ["classify", "say which of some labels fits a picture", () => import("./commands/classify.ts")],
  ["index", "make a folder of pictures searchable", () => import("./commands/index-folder.ts")],
  ["search", "find pictures of an index by words, or by a picture", () => import("./commands/search.ts")],
  ["embed", "give out the vectors of pictures and texts", () => import("./commands/embed.ts")],
  ["export", "write a model as ONNX, for transformers.js", () => import("./commands/export.ts")],
  ["pull", "fetch a model from the Hugging Face Hub", () => import("./commands/pull.ts")],
  ["verify", "compare a model with its reference implementation", () => import("./commands/verify.ts")],
  ["doctor", "show this machine: devices, versions, caches", () => import("./commands/doctor.ts")],
];

/** Where a program writes what is not a command's result: help, and what is wrong. */
export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/**
 * Runs `fovea` with these arguments.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], { out, error }: ProgramOutput): Promise<number> {
  const program = new Command("fovea")
    .description("Train, evaluate and use vision-language models.")
    .version(version(), "-V, --version")
    .addHelpText("after", `\n${exitCodesText}`)
    .showHelpAfterError("run it with --help to see how it is used")
    .configureOutput({ writeOut: out, writeErr: error })
    .exitOverride();
  const [first, second] = args;
  const asked = first === "help" ? second : first;
  try {
    for (const [name, summary, load] of commands) {
      const command = program.command(name).description(summary);
      if (name === asked) (await load()).define(command);
    }
    await program.parseAsync(args, { from: "user" });
    return exitCode.ok;
  } catch (failure) {
    const debug = process.env["FOVEA_DEBUG"] === "1";
    return reportFailure(failure, { write: error, json: args.includes("--json"), debug });
  }
}
