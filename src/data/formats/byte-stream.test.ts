import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataFixtures, pictureFile, readAll } from "../../testing/read-data.ts";
import type { Sample } from "../sample.ts";
import { openData } from "./open-data.node.ts";
import { writeData } from "./write-data.node.ts";

let folder: string;
let server: Server;
let origin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-formats-"));
  // Serves the folder, with ranges.
  server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const bytes = await readFile(join(folder, request.url!.replace(/\?.*/, ""))).catch(() => undefined);
      if (bytes === undefined) {
        response.writeHead(404).end();
        return;
      }
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const part = from === undefined ? bytes : bytes.subarray(Number(from), to ? Number(to) + 1 : undefined);
      response.writeHead(from === undefined ? 200 : 206, { "content-length": part.length });
      response.end(request.method === "HEAD" ? undefined : part);
    };
    void answer();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test("behind HTTP: shards by braces, one missing and one cut off; Parquet by ranges; a table and its pictures", async () => {
  const five = async function* (): AsyncGenerator<Sample> {
    const onDrop = (): void => {};
    for await (const sample of openData(join(dataFixtures, "pictures"), { onDrop }))
      yield sample.key === "truncated.jpg" ? { ...sample, key: "last", image: await pictureFile("dog.png") } : sample;
  };
  await writeData(five(), join(folder, "shards"), { format: "webdataset", shardSize: 2 });
  const cut = join(folder, "shards/00001.tar");
  await writeFile(cut, (await readFile(cut)).subarray(0, 4000));
  const shards = await readAll(`${origin}/shards/{00000..00003}.tar?token=1`);
  expect(shards.drops).toEqual(["00001.tar SHARD_CORRUPT", "00003.tar SHARD_NOT_READABLE"]);
  expect(shards.samples.map(({ key }) => key)).toEqual(["cat.jpg", "dog.png", "last"]);

  await writeFile(join(folder, "hub.parquet"), await readFile(join(dataFixtures, "formats/hugging-face-zstd.parquet")));
  expect((await readAll(`${origin}/hub.parquet`)).samples).toHaveLength(6);

  await writeFile(join(folder, "table.csv"), "path,caption\npics/dog.png,a dog\n");
  await mkdir(join(folder, "pics"));
  await writeFile(join(folder, "pics/dog.png"), await pictureFile("dog.png"));
  const [row] = (await readAll(`${origin}/table.csv`)).samples;
  expect(row && "read" in row.image && (await row.image.read())).toEqual(await pictureFile("dog.png"));
  await expect(readAll(`${origin}/none.csv`)).rejects.toMatchObject({ code: "TABLE_NOT_READABLE" });
});
