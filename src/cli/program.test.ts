import { describe, expect, test } from "vitest";
import { runProgram } from "./program.ts";

const commands = [
  "start",
  "train",
  "eval",
  "classify",
  "index",
  "search",
  "embed",
  "export",
  "pull",
  "verify",
  "doctor",
];

/** Runs it in this process, and returns what it wrote besides a command's result. */
async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const written = { out: "", error: "" };
  const code = await runProgram(args, {
    out: (text) => void (written.out += text),
    error: (text) => void (written.error += text),
  });
  return { code, ...written };
}

describe("help", () => {
  test("lists the commands and the exit codes", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const name of commands) expect(out).toMatch(new RegExp(`^  ${name}\\b.*\\S`, "m"));
    expect(out).toContain("Exit codes: 0 done, 1 failed or beyond tolerance, 2 not understood, 130 interrupted.");
  });

  test.each(commands)("%s has an example and --json", async (name) => {
    const { code, out } = await run(name, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: fovea ${name}\\b`));
    expect(out).toMatch(new RegExp(`^Example:\\n  \\$ fovea ${name}\\b`, "m"));
    expect(out).toContain("--json");
  });

  test("also as a command", async () => {
    expect(await run("help", "pull")).toEqual(await run("pull", "--help"));
    const ofConvert = await run("help", "data", "convert");
    expect(ofConvert).toEqual(await run("data", "convert", "--help"));
    expect(ofConvert.out).toMatch(/^Usage: fovea data convert\b/);
    expect(await run("help")).toEqual(await run("--help"));
  });
});

test.each([
  [["clasify"], /^error: unknown command 'clasify'\n\(Did you mean classify\?\)\n/],
  [["classify", "a.png"], /^error: required option '-l, --labels <labels>' not specified\n/],
  [["index", ".", "--batch", "0"], /'0' is invalid\. It is no whole number above 0\.\n/],
  [["verify", ".", "--tolerance", "x"], /'x' is invalid\. It is no number above 0\.\n/],
  [["embed", "a.png", "--device", "tpu"], /Allowed choices are cpu, webgpu\.\n/],
  [["search", "."], /^error: give a text to look for, or a picture with --image, or --duplicates\n/],
  [["search", ".", ""], /^error: a text is empty\n/],
  [["search", ".", "a dog", "--without", " "], /^error: a text is empty\n/],
  [["embed"], /^error: give pictures, or texts with --text\n/],
  [[], /^Usage: fovea/],
])("%j is not understood: 2", async (args, message) => {
  const { code, out, error } = await run(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(error).toMatch(message);
});
