import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tarEnd, tarEntry } from "./tar.ts";

test("the system's tar reads the archive", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fovea-tar-"));
  const [empty, odd, whole] = [0, 777, 1024].map((length) => Uint8Array.from({ length }, (_, i) => i * 7)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const archive = Buffer.concat([tarEntry("0.txt", empty), tarEntry("1.jpg", odd), tarEntry("2.bin", whole), tarEnd()]);
  await writeFile(join(folder, "a.tar"), archive);
  execFileSync("tar", ["xf", "a.tar"], { cwd: folder });
  for (const [name, content] of [
    ["0.txt", empty],
    ["1.jpg", odd],
    ["2.bin", whole],
  ] as const)
    expect(new Uint8Array(await readFile(join(folder, name)))).toEqual(content);
  await rm(folder, { recursive: true });
});
