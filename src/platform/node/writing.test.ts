import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.ts";
import { InputError } from "../error.ts";
import { writeAtomic } from "./files.ts";
import { makeFolder, notWritable, writing } from "./writing.ts";

const root = await mkdtemp(join(tmpdir(), "fovea-writing-"));
afterAll(() => rm(root, { recursive: true }));

const failure = async (promise: Promise<unknown>): Promise<InputError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error(`not an InputError: ${String(error)}`);
  expect(error.code).toBe("FILE_NOT_WRITABLE");
  return error;
};

describe("makeFolder", () => {
  test("makes a folder and those that it is in, by several at once, and again", async () => {
    const folder = join(root, "a", "b", "c");
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(root, "a", "b", "d"))]);
    await makeFolder(folder);
    expect((await readdir(join(root, "a", "b"))).toSorted()).toEqual(["c", "d"]);
  });

  test("a file where a folder is to be", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "a", "b")])
      expect((await failure(makeFolder(path))).message).toBe(
        `${path}: ${file} is there already and is no folder\n  mend: remove it, or write to another place`,
      );
  });
});

describe("writeAtomic", () => {
  test("a missing folder", async () => {
    const path = join(root, "none", "file");
    expect((await failure(writeAtomic(path, "x"))).message).toBe(
      `${path}: there is no folder ${join(root, "none")}\n  mend: make the folder, or check the path`,
    );
  });

  test("a path below a file", async () => {
    const file = join(root, "plain");
    await writeFile(file, "");
    const { message } = await failure(writeAtomic(join(file, "x"), "x"));
    expect(message).toBe(`${file}/x: what should be a folder in its path is a file\n  mend: check the path`);
  });

  test("a folder of that name; nothing is left beside it", async () => {
    const place = join(root, "place");
    await mkdir(join(place, "taken"), { recursive: true });
    const { message } = await failure(writeAtomic(join(place, "taken"), "x"));
    expect(message).toMatch(/taken: it is a folder, not a file\n {2}mend: give another name, or remove the folder$/);
    expect(await readdir(place)).toEqual(["taken"]);
  });
});

test("a name that is too long", async () => {
  const { found } = await failure(makeFolder(join(root, "x".repeat(300))));
  expect(found).toBe("the name is too long for the file system");
});

test.skipIf(process.platform !== "linux")(
  "a device that is always full, and the folder /proc that takes nothing",
  async () => {
    expect((await failure(writing("log", () => writeFile("/dev/full", "x"), "go on"))).message).toBe(
      "log: the disk is full\n  mend: make space on it, then go on",
    );
    const { message } = await failure(makeFolder("/proc/none/deeper"));
    expect(message).toBe("/proc/none/deeper: /proc takes no new files\n  mend: write to another place");
  },
);

test.each([
  ["EACCES", "you may not write there"],
  ["EPERM", "you may not write there"],
  ["EDQUOT", "your share of the disk is used up"],
  ["EIO", "EIO: it broke"],
])("%s", (code, found) => {
  const cause = Object.assign(new Error(`${code}: it broke`), { code, syscall: "open" });
  expect(notWritable("a", cause)).toMatchObject({ code: "FILE_NOT_WRITABLE", where: "a", found, cause });
});

test("errors of other origin stay as they are", async () => {
  const errors = [new Error("a bug"), new InputError("TEST", "here", "found", "mend"), "a text"];
  for (const error of errors) expect(notWritable("a", error)).toBe(error);
});

const folders = [join(root, "full"), join(root, "read-only")] as const;
for (const folder of folders) await mkdir(folder);

/** Runs a command where it sees file systems of its own: 100 kB of memory each, one made read-only. */
const withFileSystems = (...command: readonly string[]) =>
  spawnSync(
    "unshare",
    [
      "--map-root-user",
      "--mount",
      "sh",
      "-ec",
      `mount -t tmpfs -o size=100k none "$1"; mount -t tmpfs -o ro none "$2"; shift 2; exec "$@"`,
      "sh",
      ...folders,
      ...command,
    ],
    { encoding: "utf8" },
  );
test.skipIf(withFileSystems("true").status !== 0)("a full disk and a read-only one", async () => {
  const program = await bundleProgram("refused-writes.node.ts");
  const clip = fileURLToPath(new URL("../../../fixtures/golden/clip", import.meta.url));
  const { stdout, stderr } = withFileSystems(process.execPath, program, ...folders, clip);
  await rm(program);
  expect(stderr).toBe("");
  const [full, readOnly] = folders;
  const resume = "make space on it, then go on with --resume";
  const refusal = (where: string, found: string, mend: string) => {
    return expect.objectContaining({ code: "FILE_NOT_WRITABLE", where, found, mend });
  };
  expect(JSON.parse(stdout)).toEqual({
    results: {
      file: refusal(join(full, "file"), "the disk is full", "make space on it, then run it again"),
      checkpoint: refusal(join(full, "checkpoints", "step-00000003.safetensors"), "the disk is full", resume),
      export: refusal(
        expect.stringMatching(/exported\/onnx\/.*\.onnx$/),
        "the disk is full",
        "make space on it, then run it again",
      ),
      lines: refusal(join(full, "metrics.jsonl"), "the disk is full", resume),
      "read-only file": refusal(join(readOnly, "file"), "the file system is read-only", "write to another place"),
      "read-only folder": refusal(join(readOnly, "a", "b"), "the file system is read-only", "write to another place"),
      "read-only index": refusal(join(readOnly, "index"), "the file system is read-only", "write to another place"),
    },
    left: ["checkpoints", "exported", "metrics.jsonl"],
  });
});
