/** Prints "N passed, N failed, N skipped" of the vitest JSON report that is named: the line that .ci/run ends with. */
import { existsSync, readFileSync } from "node:fs";
import { argv } from "node:process";

const [, , path = ""] = argv;

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile
 * @type {TestFile[]}
 */
const files = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).testResults : [];
const statuses = files.flatMap(({ status, assertionResults }) => {
  const tests = assertionResults.map((test) => test.status);
  // A file that cannot be loaded fails without a test.
  return status === "failed" && !tests.includes("failed") ? [...tests, "failed"] : tests;
});
const passed = statuses.filter((status) => status === "passed").length;
const failed = statuses.filter((status) => status === "failed").length;
process.stdout.write(`${passed} passed, ${failed} failed, ${statuses.length - passed - failed} skipped\n`);
