/**
 * Writes docs/errors.md, the list of every error that Fovea throws, from the sources. With `--check` it writes nothing
 * and fails if the page differs.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { readSourceTree } from "./source-tree.mjs";

const page = new URL("../docs/errors.md", import.meta.url);

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const wanted = errorsPage(readSourceTree());
  if (!argv.includes("--check")) writeFileSync(page, wanted);
  else if (!existsSync(page) || readFileSync(page, "utf8") !== wanted) {
    process.stderr.write('docs/errors.md differs from the sources: run "npm run errors" and commit it\n');
    process.exitCode = 1;
  }
}

/**
 * The text of docs/errors.md.
 * @param {import("./source-tree.mjs").SourceFile[]} sources
 */
export function errorsPage(sources) {
  const rows = sources
    .filter(({ path }) => !/\.test\.ts$|^src\/(testing|house)\//.test(path))
    .flatMap(({ path, errors }) =>
      errors.map((error) => [`\`${error.code}\``, `\`${kindOf(error)}\``, text(error.found), text(error.mend), path]),
    )
    .map((cells) => `| ${cells.join(" | ")} |\n`);
  return `# Errors

Every error that Fovea throws is a \`FoveaError\` with a stable \`code\` for programs. Its message says where it happened,
what was found there and, after \`mend:\`, what to do. \`{...}\` stands for what the message fills in.

Made from the sources by \`npm run errors\`.

| Code | Class | Found | Mend | Source |
| --- | --- | --- | --- | --- |
${[...new Set(rows)].sort().join("")}`;
}

/**
 * The class to catch. Shape rules say what is wrong through `badShape`, and the op that they belong to throws it.
 * @param {import("./source-tree.mjs").Thrown} error
 */
function kindOf({ by }) {
  return by === "badShape" ? "ShapeError" : by;
}

/**
 * As Markdown in a table's cell.
 * @param {string} plain
 */
function text(plain) {
  return plain.replaceAll(/[\\`*_<>|]/g, "\\$&").replaceAll(/\s+/g, " ");
}
