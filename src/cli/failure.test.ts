import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { InputError } from "../platform/error.ts";
import { Interrupted, reportFailure, Unmet } from "./failure.ts";

/** The exit code, and what was written. */
function report(error: unknown, options: { json?: boolean; debug?: boolean } = {}): [code: number, text: string] {
  let written = "";
  const write = (text: string): void => void (written += text);
  const code = reportFailure(error, { json: false, debug: false, ...options, write });
  return [code, written];
}

const unreadable = new InputError("FILE_NOT_READABLE", "a.png", "it is not there", "check the path");

test("one of Fovea's errors: what, where, how to mend it", () => {
  expect(report(unreadable)).toEqual([1, "error: a.png: it is not there\n  mend: check the path\n"]);
});

test("as JSON, with its code", () => {
  const [code, text] = report(unreadable, { json: true });
  expect(code).toBe(1);
  expect(JSON.parse(text)).toEqual({
    error: { code: "FILE_NOT_READABLE", where: "a.png", found: "it is not there", mend: "check the path" },
  });
});

test("with its stack for those who debug", () => {
  const [code, text] = report(unreadable, { debug: true });
  expect(code).toBe(1);
  expect(text).toMatch(/^InputError: a\.png: it is not there\n {2}mend: check the path\n {4}at .*failure\.test\.ts/);
});

test("an error that a failing disposal hides is what went wrong", () => {
  const hiding = Object.assign(new Error("An error was suppressed during disposal."), { suppressed: unreadable });
  expect(report(Object.assign(new Error("hides it again"), { suppressed: hiding }))).toEqual(report(unreadable));
});

test("any other error asks to be reported", () => {
  const mend = "this is not foreseen: run it again with FOVEA_DEBUG=1 in the environment, and report what it prints";
  expect(report(new RangeError("out of range"))).toEqual([1, `error: out of range\n  mend: ${mend}\n`]);
  expect(JSON.parse(report("thrown", { json: true })[1])).toEqual({
    error: { code: "UNEXPECTED", found: "thrown", mend },
  });
});

test("an interruption is no error, and has its own exit code", () => {
  expect(report(new Interrupted("interrupted: run it again"))).toEqual([130, "interrupted: run it again\n"]);
});

test("a result that is not as it should be has been printed already", () => {
  expect(report(new Unmet("beyond tolerance"))).toEqual([1, ""]);
});

test("what commander did not understand is usage; asking for help is not", () => {
  expect(report(new CommanderError(1, "commander.unknownOption", "unknown option"))).toEqual([2, ""]);
  expect(report(new CommanderError(0, "commander.helpDisplayed", "help"))).toEqual([0, ""]);
});
