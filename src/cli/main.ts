#!/usr/bin/env node
import { exitCode } from "./failure.ts";
import { runProgram } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCode.ok); // the reader, such as `head`, has enough
  throw error;
});
const code = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});
process.exitCode = code;
// Work that an interrupted command no longer waits for would keep the process; the message goes out first.
if (code === exitCode.interrupted) process.stderr.write("", () => process.exit());
