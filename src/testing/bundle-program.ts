import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../../", import.meta.url);

/**
 * Makes a program of this folder into one file that Node 20 runs, inside the checkout for its node_modules.
 * @param source its path below `src/testing`
 * @returns      the file's path; it is for the caller to remove
 */
export async function bundleProgram(source: string): Promise<string> {
  const name = `${basename(source).replace(/(\.node)?\.ts$/, "")}-${process.pid}.mjs`;
  const outfile = fileURLToPath(new URL(`.cache/testing/${name}`, root));
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    alias: { "#platform": fileURLToPath(new URL("src/platform/node.ts", root)) },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20", // it lacks `await using`
    packages: "external",
    outfile,
    logLevel: "error",
  });
  return outfile;
}
