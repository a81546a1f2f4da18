import { Command } from "commander";
import { addCommands, type CommandTable } from "./command-table.ts";
import { exitCode, exitCodesText, reportFailure } from "./failure.ts";
import { fovea } from "../platform/node/package.ts";

const commands: CommandTable = [
  ["start", "train CLIP on real pictures, evaluate it and write a report", () => import("./commands/start.ts")],
  ["train", "train a model by a recipe", () => import("./commands/train.ts")],
  ["eval", "score a model on your own data", () => import("./commands/eval.ts")],
  ["classify", "say which of some labels fits a picture", () => import("./commands/classify.ts")],
  ["index", "make a folder of pictures or a data set searchable", () => import("./commands/index-pictures.ts")],
  ["search", "find pictures of an index by words, or by a picture", () => import("./commands/search.ts")],
  ["embed", "give out the vectors of pictures and texts", () => import("./commands/embed.ts")],
  ["export", "write a model as ONNX, for transformers.js", () => import("./commands/export.ts")],
  ["pull", "fetch a model from the Hugging Face Hub", () => import("./commands/pull.ts")],
  ["verify", "compare a model with its reference implementation", () => import("./commands/verify.ts")],
  ["data", "convert, inspect, fetch, pack and make data sets", () => import("./commands/data.ts")],
  ["curate", "choose the samples of a data set that are worth training on", () => import("./commands/curate.ts")],
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
    .version(fovea().version, "-V, --version")
    .addHelpText("after", `\n${exitCodesText}`)
    .showHelpAfterError("run it with --help to see how it is used")
    .configureOutput({ writeOut: out, writeErr: error })
    .exitOverride();
  try {
    const asked = args[0] === "help" ? [...args.slice(1), "--help"] : args; // of a group's commands too
    await addCommands(program, commands, asked);
    await program.parseAsync(asked, { from: "user" });
    return exitCode.ok;
  } catch (failure) {
    const debug = process.env["FOVEA_DEBUG"] === "1";
    return reportFailure(failure, { write: error, json: args.includes("--json"), debug });
  }
}
