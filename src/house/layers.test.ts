import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { readSourceTree } from "../../scripts/source-tree.mjs";

/**
 * What each layer may import besides itself (ARCHITECTURE.md draws it). Models take tensors, not samples, so they are
 * free of `data`.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  engine: ["platform"],
  nn: ["platform", "engine"],
  io: ["platform", "engine", "nn"],
  data: ["platform", "engine", "nn", "io"],
  models: ["platform", "engine", "nn", "io"],
  train: ["platform", "engine", "nn", "io", "data", "models"],
  eval: ["platform", "engine", "nn", "io", "data", "models", "train"],
  search: ["platform", "engine", "nn", "io", "data", "models", "eval"],
  curate: ["platform", "engine", "nn", "io", "data", "models", "eval", "search"],
  server: ["platform", "engine", "nn", "io", "data", "models", "train", "eval", "search", "curate"],
  cli: ["platform", "engine", "nn", "io", "data", "models", "train", "eval", "search", "curate", "server"],
};

/** Packages that run in Node alone; the browser's build must not meet them. */
const nodePackages = /^(node:|onnxruntime-node$|sharp$|koffi$)/;

const tree = readSourceTree();
const doors = JSON.stringify("exports" in packageJson ? packageJson.exports : {});
const isTestCode = (path: string): boolean => /\.test\.ts$|^src\/(testing|house)\//.test(path);
const shipped = tree.filter(({ path }) => !isTestCode(path));
const layerOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];
/** Whether users import this file by a subpath of the package. */
const isDoor = (path: string): boolean => doors.includes(path.replace(/^src(.*)\.ts$/, '"./dist$1.js"'));
const isOutside = (imported: string): boolean => !/^(src|scripts|package\.json)\b/.test(imported);

/** Every import of `files` that `isWrong` finds wrong, as "importer -> imported". */
function wrongImports(isWrong: (from: string, to: string) => boolean, files = shipped): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((imported) => isWrong(path, imported)).map((imported) => `${path} -> ${imported}`),
  );
}

describe("layers", () => {
  test("every file belongs to a layer, or is a door", () => {
    const strays = shipped.filter(({ path }) => !((layerOf(path) ?? "") in mayImport) && !isDoor(path));
    expect(strays.map(({ path }) => path)).toEqual([]);
  });

  test("imports go down the layers, those of tests too", () => {
    const isUpward = (from: string, to: string): boolean => {
      const [layer = "", imported = ""] = [layerOf(from), layerOf(to)];
      return layer in mayImport && imported !== layer && !isOutside(to) && !mayImport[layer]?.includes(imported);
    };
    expect(wrongImports((from, to) => !isTestCode(to) && isUpward(from, to), tree)).toEqual([]);
  });

  test("nothing that ships imports tests or their helpers", () => {
    expect(wrongImports((_, to) => isTestCode(to))).toEqual([]);
  });

  test("zod stays at the borders, out of engine and nn", () => {
    expect(wrongImports((from, to) => to === "zod" && /^src\/(engine|nn)\//.test(from))).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    expect(cycles(new Map(shipped.map(({ path, imports }) => [path, imports])))).toEqual([]);
  });
});

describe("Node and the browser", () => {
  const isNodeFile = (path: string): boolean =>
    /\.node\.ts$|^src\/platform\/node[./]|^src\/(cli|server)\//.test(path) && !isOutside(path);

  test("only Node's own files import Node's packages", () => {
    expect(wrongImports((from, to) => nodePackages.test(to) && !isNodeFile(from))).toEqual([]);
  });

  test("only Node's own files import each other", () => {
    // `#platform`, which resolves to node.ts or web.ts, is the one way across.
    const isPlatform = (to: string): boolean => to === "src/platform/node.ts";
    expect(wrongImports((from, to) => isNodeFile(to) && !isPlatform(to) && !isNodeFile(from))).toEqual([]);
  });
});

describe("modules", () => {
  test("no barrels: a name is imported from the file that declares it", () => {
    const passing = shipped.flatMap(({ path, reexports }) =>
      reexports.filter((from) => from.startsWith("*") || !isDoor(path)).map((from) => `${path}: export ${from}`),
    );
    expect(passing).toEqual([]);
  });

  test("no file is named index.ts but a door", () => {
    const indexes = shipped.map(({ path }) => path).filter((path) => path.endsWith("/index.ts"));
    expect(indexes.filter((path) => !isDoor(path))).toEqual([]);
  });

  test("no module has state: no variable of a module is assigned again", () => {
    expect(shipped.flatMap(({ path, lets }) => lets.map((name) => `${path}: let ${name}`))).toEqual([]);
  });
});

/** The knots of a graph: each as "a -> b -> a", one for each file that a depth-first walk meets again on its way. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]): void => {
    if (way.includes(node)) found.push([...way.slice(way.indexOf(node)), node].join(" -> "));
    else if (!done.has(node)) for (const next of graph.get(node) ?? []) walk(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}

test("the search for cycles finds them", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", ["d"]],
  ]);
  expect(cycles(graph)).toEqual(["a -> b -> c -> a", "d -> d"]);
});
