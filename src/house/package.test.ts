import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { readSourceTree } from "../../scripts/source-tree.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const Packed = z.array(z.object({ size: z.number(), files: z.array(z.object({ path: z.string() })) })).length(1);

/** What `npm publish` would send. */
function pack(): { paths: string[]; bytes: number } {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [packed] = Packed.parse(JSON.parse(stdout));
  return { paths: packed!.files.map(({ path }) => path), bytes: packed!.size };
}

const isBuilt = existsSync(new URL("../../dist", import.meta.url));

test.skipIf(!isBuilt)(
  "the package holds what is built and its texts, no less and no more (needs dist)",
  () => {
    const { paths, bytes } = pack();
    const built = readSourceTree(root)
      .map(({ path }) => path)
      .filter((path) => !/\.test\.ts$|^src\/(testing|house)\//.test(path))
      .flatMap((path) => [".js", ".js.map", ".d.ts"].map((end) => path.replace(/^src(.*)\.ts$/, `dist$1${end}`)));
    const texts = ["LICENSE", "NOTICE", "README.ko.md", "README.md", "package.json"];
    expect(paths.filter((path) => !path.startsWith("models/")).sort()).toEqual([...built, ...texts].sort());
    expect(bytes).toBeLessThan(15e6); // 10 MB of them are the weights that ship with it
  },
  180_000,
);
