/**
 * Writes src/models/cards/registry.ts, the list of all models, from the files `src/models/**\/*-card.ts`. With `--check`
 * it writes nothing and fails if the list differs.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const models = fileURLToPath(new URL("../src/models/", import.meta.url));
const list = new URL("../src/models/cards/registry.ts", import.meta.url);

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const wanted = registry(readCards());
  if (!argv.includes("--check")) writeFileSync(list, wanted);
  else if (!existsSync(list) || readFileSync(list, "utf8") !== wanted) {
    process.stderr.write(`src/models/cards/registry.ts differs from the cards: run "npm run cards" and commit it\n`);
    process.exitCode = 1;
  }
}

/**
 * The files of cards, from src/models on, with the names of the cards in each.
 * @returns {{ path: string, names: string[] }[]}
 */
export function readCards() {
  return readdirSync(models, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith("-card.ts"))
    .sort()
    .map((path) => ({
      path,
      names: [...readFileSync(models + path, "utf8").matchAll(/^export const (\w+) = defineModelCard\(/gm)].map(
        ([, name = ""]) => name,
      ),
    }));
}

/**
 * The text of src/models/cards/registry.ts.
 * @param {{ path: string, names: string[] }[]} cards
 */
export function registry(cards) {
  const imports = cards.map(({ path, names }) => `import { ${names.sort().join(", ")} } from "../${path}";\n`);
  const entries = cards.flatMap(({ names }) => names.map((name) => `  ${name},\n`));
  return `// Made from the files *-card.ts by "npm run cards".
${imports.join("")}import type { ModelCard } from "./card.ts";

/** All models. Their code is loaded when one is opened. */
export const modelCards: readonly ModelCard[] = [
${entries.join("")}];
`;
}
